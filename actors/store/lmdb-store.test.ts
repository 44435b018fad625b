import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { wallClock } from '../../drivers/clock/wall.ts';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { flock } from '../../drivers/lock/flock.ts';
import { Secret } from '../../protocol/secret.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { type LmdbStore, type LmdbStoreOptions, openLmdbStore } from './lmdb-store.ts';

let directory: string;
let opened: LmdbStore[];

const open = async (options: Partial<LmdbStoreOptions> = {}): Promise<LmdbStore> => {
  const lock = flock(koffiFfi);
  const store = await openLmdbStore({ directory, clock: wallClock, lock, ...options });
  opened.push(store);
  return store;
};
const file = (): string => join(directory, 'store.mdb');
const coded = (code: string, text = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(text) });

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'ties-store-')), 'made', 'here');
  opened = [];
});
afterEach(async () => {
  for (const store of opened) await store.close();
  rmSync(join(directory, '..', '..'), { recursive: true });
});

test('what was written is read at once, and by who opens it next', async () => {
  const store = await open();
  const firstKey = new Secret(Uint8Array.of(1, 2));
  const written = store.write({
    'label/00': { firstKey, floor: null },
    'member/2': { address: 2 },
  });
  expect(store.get('member/2')).toEqual({ address: 2 });
  await written;
  await store.write({ 'member/2': undefined, 'member/10': 10, 'member/1': 1, member: 0 });
  expect(store.entries('member/').map(([key]) => key)).toEqual(['member/1', 'member/10']);
  await store.close();
  const next = await open();
  expect(next.troubles).toEqual([]);
  expect(next.get('member/2')).toBeUndefined();
  expect(next.entries('member/')).toEqual([
    ['member/1', 1],
    ['member/10', 10],
  ]);
  expect(next.entries('')).toHaveLength(4);
  expect(next.get<{ firstKey: Secret }>('label/00')?.firstKey.reveal()).toEqual(
    Uint8Array.of(1, 2),
  );
});

test('nothing that goes in or comes out is shared', async () => {
  const store = await open();
  const value = { bytes: Uint8Array.of(1), list: [1] };
  const written = store.write({ peer: value });
  value.bytes[0] = 9;
  value.list.push(9);
  await written;
  const read = store.get<typeof value>('peer');
  expect(read).toEqual({ bytes: Uint8Array.of(1), list: [1] });
  read?.list.push(8);
  read?.bytes.fill(8);
  expect(store.get('peer')).toEqual({ bytes: Uint8Array.of(1), list: [1] });
  expect(store.entries('peer')[0]?.[1]).toEqual({ bytes: Uint8Array.of(1), list: [1] });
});

test('a write that cannot be is refused whole', async () => {
  const store = await open();
  await store.write({ roster: 1 });
  await expect(store.write({ roster: 2, peer: () => 1 })).rejects.toThrow(coded('STORE_REFUSED'));
  await expect(store.write({ roster: 2, '': 1 })).rejects.toThrow(coded('STORE_REFUSED'));
  await expect(store.write({ roster: 2, format: 9 })).rejects.toThrow(coded('STORE_REFUSED'));
  await expect(store.write({ roster: 2, ['k'.repeat(501)]: 1 })).rejects.toThrow(
    coded('STORE_REFUSED'),
  );
  expect(store.get('roster')).toBe(1);
  await store.write({ ['k'.repeat(500)]: 1 });
});

/** lmdb counts its transactions in its heads. */
const commits = (): bigint => {
  const bytes = readFileSync(file());
  const [even, odd] = [bytes.readBigUInt64LE(152), bytes.readBigUInt64LE(4096 + 152)];
  return even > odd ? even : odd;
};

test('writes of one turn are one commit, and the last one of a key holds', async () => {
  const store = await open();
  const before = commits();
  const later = async (steps: number): Promise<void> => {
    for (let step = 0; step < 5 * steps; step += 1) await null;
    await store.write({ roster: steps, [`peer/${steps}`]: 1 });
  };
  await Promise.all([1, 2, 3].map(later));
  expect(commits() - before).toBe(1n);
  await store.write({});
  expect(commits() - before).toBe(1n);
  await store.close();
  const next = await open();
  expect([next.get('roster'), next.entries('peer/').length]).toEqual([3, 3]);
});

test('to close it ends what was written, whose time has not come; afterwards nothing is', async () => {
  const clock = new HeapClock();
  const store = await open({ clock });
  const written = store.write({ roster: 1 });
  await store.close();
  expect((await open()).get('roster')).toBe(1);
  await written;
  await clock.advance(1000);
  await expect(store.write({ roster: 2 })).rejects.toThrow(coded('STORE_CLOSED'));
});

test('directory and files are for the owner alone', async () => {
  await (await open()).write({ roster: 1 });
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  const modes = readdirSync(directory).map((name) => [
    name,
    (statSync(join(directory, name)).mode & 0o777).toString(8),
  ]);
  expect(modes).toEqual([
    ['lock', '600'],
    ['store.mdb', '600'],
    ['store.mdb-lock', '600'],
  ]);
  // lmdb writes through a map of it: a hole would be a crash on a full disk.
  const { size, blocks } = statSync(join(directory, 'store.mdb-lock'));
  expect([size, blocks * 512]).toEqual([4096, 4096]);
});

test('a second opener is told who has it', async () => {
  const store = await open();
  await expect(open()).rejects.toThrow(coded('STORE_IN_USE', new RegExp(`${process.pid}.*kill`)));
  await store.close();
  await open();
});

test('a store of a newer version is left as it is', async () => {
  await (await open({ format: 3, migrations: {} })).close();
  const before = readFileSync(file());
  await expect(open()).rejects.toThrow(coded('STORE_NEWER', /format 3.*up to 2/));
  expect(readFileSync(file())).toEqual(before);
  await open({ format: 3, migrations: {} });
});

test('a store of an older version is brought up, all at once', async () => {
  const store = await open({ format: 1, migrations: {} });
  await store.write({ 'peer/2': { name: 'old' }, roster: 7 });
  await store.close();
  const migrations = {
    1: (values: ReadonlyMap<string, unknown>) =>
      new Map([...values].map(([key, value]) => [key.replace('peer/', 'neighbour/'), value])),
    2: (values: ReadonlyMap<string, unknown>) => new Map([...values, ['roster', 8]]),
  };
  const broken = { ...migrations, 2: () => new Map([['roster', () => 1]]) };
  await expect(open({ format: 3, migrations: broken })).rejects.toThrow(coded('STORE_REFUSED'));
  const next = await open({ format: 3, migrations });
  const contents = [
    ['neighbour/2', { name: 'old' }],
    ['roster', 8],
  ];
  expect(next.entries('')).toEqual(contents);
  await next.write({ more: 1 });
  await next.close();
  expect((await open({ format: 3, migrations })).entries('n')).toEqual(contents.slice(0, 1));
});

test.each([
  ['is empty', () => truncateSync(file(), 0)],
  ['lost its end', () => truncateSync(file(), statSync(file()).size - 4096)],
  ['lost the half of a page', () => truncateSync(file(), statSync(file()).size - 2000)],
  ['has but one head', () => truncateSync(file(), 4096)],
  ['is text', () => writeFileSync(file(), 'not a store\n'.repeat(2000))],
  [
    'is a directory',
    () => {
      rmSync(file());
      mkdirSync(file());
    },
  ],
  [
    'has a changed value',
    () => {
      const bytes = readFileSync(file());
      for (let at = bytes.indexOf('seventeen'); at >= 0; at = bytes.indexOf('seventeen', at + 1))
        bytes[at] = 0x53;
      writeFileSync(file(), bytes);
    },
  ],
])('a file that %s is set aside', async (_, damage) => {
  const store = await open();
  await store.write({ roster: 'seventeen', long: new Uint8Array(20_000) });
  await store.close();
  damage();
  const next = await open();
  const aside = `${file()}.corrupt-1`;
  expect(next.troubles).toEqual([expect.stringContaining(aside)]);
  expect(next.troubles[0]).toMatch(/TPM.*restore/);
  expect(existsSync(aside)).toBe(true);
  expect(next.entries('')).toEqual([]);
  await next.write({ roster: 1 });
  await next.close();
  truncateSync(file(), 5000);
  expect((await open()).troubles).toEqual([expect.stringContaining(`${file()}.corrupt-2`)]);
});

test('what a stop in the middle of founding left is no hindrance', async () => {
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${file()}.new`, 'half');
  const store = await open();
  expect(store.troubles).toEqual([]);
  expect(readdirSync(directory)).not.toContain('store.mdb.new');
});

test('a directory that cannot be made is told', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'ties-store-'));
  writeFileSync(join(parent, 'plain'), '');
  await expect(open({ directory: join(parent, 'plain') })).rejects.toThrow(
    coded('STORE_UNAVAILABLE', /EEXIST/),
  );
  chmodSync(parent, 0o700);
  rmSync(parent, { recursive: true });
});
