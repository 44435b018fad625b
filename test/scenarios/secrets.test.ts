import { pino } from 'pino';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import { firstJoinKey } from '../../protocol/key-schedule.ts';
import { formatLabel, type Label } from '../../protocol/label.ts';
import { Secret } from '../../protocol/secret.ts';
import { Hub } from '../../transports/inspect/hub.ts';
import { Disclosed, Shown, Stored, spellings } from './disclosed.ts';
import { inNetwork, isWhole } from './network.ts';

/** Every secret that was made in this process: all are one of the two below when they are born. */
const born = vi.hoisted(() => new Map<string, Uint8Array>());

vi.mock('../../protocol/secret.ts', async (original) => {
  const { Secret } = await original<typeof import('../../protocol/secret.ts')>();
  return {
    Secret: class extends Secret {
      constructor(bytes: Uint8Array) {
        super(bytes);
        born.set(Buffer.from(bytes).toString('hex'), Uint8Array.from(bytes));
      }
    },
  };
});

/** What a chip makes an object of: session keys are never outside one. */
vi.mock('../../drivers/tpm/model/protected-storage.ts', async (original) => {
  const storage = await original<typeof import('../../drivers/tpm/model/protected-storage.ts')>();
  return {
    ...storage,
    create: (...args: Parameters<typeof storage.create>) => {
      born.set(Buffer.from(args[2]).toString('hex'), Uint8Array.from(args[2]));
      return storage.create(...args);
    },
  };
});

const shown = new Shown();
const stored = new Stored();
/** What viewers of the inspector are told. */
const told = new Disclosed();
const labels: Label[] = [];

beforeAll(async () => {
  const log = pino({ level: 'trace' }, { write: shown.show });
  const options = { nodes: 2, loss: 0.1, wrapDisk: stored.watch };
  for (const mode of ['direct', 'indirect'] as const) {
    const hub = new Hub({ title: '', clock: { now: () => 0 }, epochMs: 0, detail: 'always' });
    const feed = (device: string) => hub.feed(device);
    await inNetwork({ ...options, log, watch: shown.watch, feed }, async (network) => {
      const { world } = network;
      expect(isWhole(await network.mainJob(mode), 2)).toBe(true);
      labels.push(world.label('N1'), world.label('N2'));
    });
    const reader = hub.watch();
    for (let part = reader.read(1e6); part.length > 0; part = reader.read(1e6))
      told.show(part.join('\n'));
  }
});

const SECRET = Uint8Array.from({ length: 32 }, (_, at) => 7 * at + 3);
const PLANTED = [
  { as: 'hex', key: Buffer.from(SECRET).toString('hex') },
  { as: 'base64', key: Buffer.from(SECRET).toString('base64') },
  { as: 'bytes', key: SECRET },
  { as: 'numbers', key: [...SECRET] },
  { as: 'numbered numbers', key: { ...SECRET } },
  { as: 'bytes far inside', key: { deep: { deep: [{ key: SECRET }] } } },
];

describe('what a network shows of itself', () => {
  test('was looked at, and its secrets were caught', () => {
    const sizes = [...born.values()].map(({ length }) => length);
    expect(sizes.filter((size) => size === 16).length).toBeGreaterThanOrEqual(4);
    expect(sizes.filter((size) => size === 32).length).toBeGreaterThanOrEqual(40);
    expect(shown.size).toBeGreaterThan(500);
  });

  test('holds no secret in any spelling', () => {
    for (const secret of born.values()) expect(shown.found(spellings(secret))).toEqual([]);
  });

  test('holds no label', () => {
    for (const text of labels.map(formatLabel))
      expect(shown.found([text, text.replaceAll('-', ''), text.slice(-20)])).toEqual([]);
  });

  test('tells no viewer of the inspector a secret or a label, though all else', () => {
    expect(told.found(['"J1"', 'membership.granted', 'createSessionKey'])).toHaveLength(3);
    for (const secret of born.values()) expect(told.found(spellings(secret))).toEqual([]);
    for (const text of labels.map(formatLabel))
      expect(told.found([text, text.replaceAll('-', ''), text.slice(-20)])).toEqual([]);
  });

  test.each([...PLANTED, { as: 'a Buffer', key: Buffer.from(SECRET) }])(
    'would betray one that was planted as $as',
    (what) => {
      const sighting = { atMs: 0, device: 'N1', actor: 'join', kind: 'event' } as const;
      const betraying = new Shown();
      betraying.watch({ ...sighting, type: 'planted', what });
      expect(betraying.found(spellings(SECRET))).not.toEqual([]);
    },
  );
});

describe('what its stores held at any time', () => {
  const kinds = (device: RegExp): string[] => [
    ...new Set(
      [...stored.places]
        .filter((place) => device.test(place))
        .map((place) => place.replace(/^\S+ ([^/]+).*/, '$1')),
    ),
  ];

  test('was looked at', () => {
    const center = [
      'network',
      'label',
      'address',
      'member',
      'roster',
      'listed',
      'delta',
      'transaction',
    ];
    expect(kinds(/^CE/)).toEqual(expect.arrayContaining(center));
    const node = ['roster', 'peer', 'session', 'transaction', 'challenge'];
    expect(kinds(/^N/)).toEqual(expect.arrayContaining(node));
  });

  test('is no secret in any spelling', () => {
    for (const secret of born.values()) expect(stored.found(spellings(secret))).toEqual([]);
  });

  test('is, as a Secret, the key of each first join message at the Central Entity, and nothing else', () => {
    const firstKeys = labels.map(({ devId, accessKey }) => [
      `CE label/${toHex(devId.subarray(0, 8))}.firstKey`,
      firstJoinKey(accessKey, devId).reveal(),
    ]);
    expect(Object.fromEntries(stored.secrets)).toEqual(Object.fromEntries(firstKeys));
  });

  test.each(PLANTED)('would betray one that was planted as $as', (record) => {
    const betraying = new Stored();
    betraying.keep('N1', { 'peer/3': record });
    expect(betraying.found(spellings(SECRET))).not.toEqual([]);
  });

  test('would betray one that was planted as a Secret, or in a key', () => {
    const betraying = new Stored();
    betraying.keep('N1', { [toHex(SECRET)]: { sealed: [{ key: new Secret(SECRET) }] } });
    expect([...betraying.secrets.keys()]).toEqual([`N1 ${toHex(SECRET)}.sealed.0.key`]);
    expect(betraying.found(spellings(SECRET))).not.toEqual([]);
    expect(() => betraying.keep('N1', { key: new Map([[0, SECRET]]) })).toThrow(/looks into/);
  });
});
