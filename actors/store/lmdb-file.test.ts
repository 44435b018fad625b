import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readContents } from './contents.ts';
import { DurableStore } from './durable-store.ts';
import { StoreFolder } from './folder.ts';
import { LmdbDisk } from './lmdb-disk.ts';

let directory: string;
/** Of a store with branches, long values and lists of free pages. */
let file: Buffer;
let truth: ReadonlyMap<string, unknown>;
/** What the file holds, and what it held before the last commit. */
let whole: string;
let before: string;

const keys = fc.integer({ min: 0, max: 60 }).map((key) => `peer/${'x'.repeat(key)}${key}`);
const values = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }).map((size) => new Uint8Array(size)) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 9_000 }).map((size) => new Uint8Array(size)) },
  { weight: 2, arbitrary: fc.constant(undefined) },
);
const changes = fc.array(fc.tuple(keys, values), { maxLength: 12 });

const founded = async (): Promise<DurableStore> => {
  const folder = new StoreFolder(directory, () => true);
  await folder.replace(new Map(), 1);
  const disk = new LmdbDisk(folder);
  return new DurableStore({ disk, contents: new Map(), schedule: (commit) => void commit() });
};
const read = (): Buffer => readFileSync(join(directory, 'store.mdb'));
/** A digest of all it holds, or why it is refused. */
const found = (bytes: Buffer): string => {
  try {
    const digest = createHash('sha256');
    for (const [key, value] of readContents(bytes).contents)
      digest.update(`${key} ${value.length} `).update(value);
    return digest.digest('hex');
  } catch (error) {
    return (error as { code: string }).code;
  }
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ties-store-'));
  const store = await founded();
  const model = new Map<string, unknown>();
  for (const step of fc.sample(changes, { numRuns: 30, seed: 7 })) {
    before = found(read());
    await store.write(Object.fromEntries(step));
    for (const [key, value] of step)
      if (value === undefined) model.delete(key);
      else model.set(key, value);
  }
  truth = model;
  await store.close();
  file = read();
  whole = found(file);
});
afterAll(() => rmSync(directory, { recursive: true }));

test('a file that lmdb wrote is read as lmdb would read it', () => {
  const { format, contents } = readContents(file);
  expect(format).toBe(1);
  expect([...contents.keys()]).toEqual([...truth.keys()].sort());
});

/** Of a damaged file: refused, or the same as ever. */
const isSafe = (damaged: Buffer): boolean => {
  const told = found(damaged);
  return told === 'STORE_CORRUPT' || told === whole;
};
/** Where a head has the number of its transaction: less by two, it is one that was overtaken. */
const isNumber = (at: number): boolean => at < 8192 && at % 4096 >= 152 && at % 4096 < 160;
const flipped = (at: number, bit: number): Buffer => {
  const bytes = Buffer.from(file);
  bytes[at] = (bytes[at] as number) ^ (1 << bit);
  return bytes;
};

test('no bit of the heads can change what is read, but for the last commit undone', () => {
  const heads = [0, 4096].flatMap((head) => Array.from({ length: 168 }, (_, at) => head + at));
  const unsafe = heads.flatMap((at) =>
    [1, 6].map((bit) => [at, bit] as const).filter(([, bit]) => !isSafe(flipped(at, bit))),
  );
  expect(unsafe.filter(([at]) => !isNumber(at))).toEqual([]);
  for (const [at, bit] of unsafe) expect(found(flipped(at, bit))).toEqual(before);
});

test('no bit anywhere can change what is read, or lead out of the file', () => {
  const byte = fc.integer({ min: 0, max: file.length - 1 });
  /** Headers and node offsets, where most can go wrong. */
  const inHeader = fc
    .tuple(fc.integer({ min: 0, max: file.length / 4096 - 1 }), fc.nat(63))
    .map(([page, at]) => page * 4096 + at);
  fc.assert(
    fc.property(fc.oneof(byte, inHeader), fc.nat(7), (at, bit) => {
      fc.pre(!isNumber(at));
      return isSafe(flipped(at, bit));
    }),
    { numRuns: 400 },
  );
});

test('a file cut anywhere is refused, or whole but for free pages', () => {
  const cuts = Array.from({ length: file.length / 1024 }, (_, at) => at * 1024);
  expect(cuts.filter((bytes) => !isSafe(file.subarray(0, bytes)))).toEqual([]);
});

/** Where a page's first node begins. */
const firstNode = (page: Buffer): number => 24 + page.readUInt16LE(24);

/** A copy of the file, its newer head, the pages of its two roots, and a leaf. */
const parts = () => {
  const bytes = Buffer.from(file);
  const isOdd = bytes.readBigUInt64LE(4096 + 152) > bytes.readBigUInt64LE(152);
  const head = bytes.subarray(isOdd ? 4096 : 0);
  const page = (number: bigint) => bytes.subarray(Number(number) * 4096);
  const main = head.readBigUInt64LE(136);
  const root = page(main);
  const leaf = page(BigInt(root.readUInt32LE(firstNode(root))));
  return { bytes, head, main, root, leaf, free: page(head.readBigUInt64LE(88)) };
};
type Parts = ReturnType<typeof parts>;
test.each<[string, (parts: Parts) => void]>([
  [
    'a head overtaken long ago',
    ({ head }) => head.writeBigUInt64LE(head.readBigUInt64LE(152) - 4n, 152),
  ],
  ['another count of entries', ({ head }) => head.writeUInt32LE(head.readUInt32LE(128) + 1, 128)],
  ['a page with the number of another', ({ root }) => root.writeUInt32LE(1)],
  ['a page of a transaction to come', ({ root }) => root.writeUInt32LE(2 ** 31, 8)],
  ['a gap among the nodes', ({ root }) => root.writeUInt16LE(root.readUInt16LE(22) - 2, 22)],
  ['keys that changed places', ({ leaf }) => leaf.subarray(24, 28).swap32().swap16()],
  ['children that changed places', ({ root }) => root.subarray(26, 30).swap32().swap16()],
  [
    'a page in use that is to be free',
    ({ free, main }) => free.writeBigUInt64LE(main, firstNode(free) + 8 + 8 + 8),
  ],
  [
    'free pages beyond the last',
    ({ free }) => free.writeBigUInt64LE(10_000n, firstNode(free) + 8 + 8 + 8),
  ],
])('%s, which lmdb would build upon, is refused', (_, damage) => {
  const damaged = parts();
  expect(damaged.root.readUInt16LE(18)).toBe(1);
  damage(damaged);
  expect(found(damaged.bytes)).toBe('STORE_CORRUPT');
});
