import { inspect } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';
import type { Sighting } from '../../actors/tap.ts';
import { formatLabel, type Label } from '../../protocol/label.ts';
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

/** Bytes as they might be printed. Rows of numbers are looked for without their blanks. */
const spellings = (secret: Uint8Array): string[] => {
  const bytes = Buffer.from(secret);
  const decimals = [...secret];
  return [
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    decimals.join(','),
    decimals.map((byte, at) => `"${at}":${byte}`).join(','),
    [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':'),
    bytes.toString('latin1'),
  ];
};

/** Text as it is searched: no blanks, hex in small letters and without separators of `inspect`. */
const searchable = (text: string): string => text.replace(/\s+/g, '');

/** All that a device shows: its log at the finest level, and what every watcher gets, printed. */
const seen = new Set<string>();
const show = (text: string): void => void seen.add(searchable(text));
const printDeep = (what: unknown): void =>
  show(inspect(what, { depth: 12, maxArrayLength: null, breakLength: Number.POSITIVE_INFINITY }));

/** A snapshot leads to every other actor of its device: for each kind of actor one is printed whole. */
const printed = new Set<string>();
const watch = ({ what, ...sighting }: Sighting): void => {
  show(JSON.stringify(sighting));
  show(JSON.stringify(what));
  if (sighting.kind !== 'state') {
    printDeep(what);
    return;
  }
  const { context, output, error } = what as AnyMachineSnapshot;
  printDeep({ context, output, error });
  const kind = sighting.actor.replace(/[0-9a-f]+$/, '');
  if (printed.has(kind)) return;
  printed.add(kind);
  printDeep(what);
};
const labels: Label[] = [];

beforeAll(async () => {
  const log = pino({ level: 'trace' }, { write: show });
  for (const mode of ['direct', 'indirect'] as const)
    await inNetwork({ nodes: 2, loss: 0.1, log, watch }, async (network) => {
      expect(isWhole(await network.mainJob(mode), 2)).toBe(true);
      labels.push(network.world.label('N1'), network.world.label('N2'));
    });
});
afterAll(() => seen.clear());

const found = (patterns: readonly string[]): string[] =>
  patterns.filter((pattern) => [...seen].some((text) => text.includes(searchable(pattern))));

describe('what a network shows of itself', () => {
  test('was looked at, and its secrets were caught', () => {
    const sizes = [...born.values()].map(({ length }) => length);
    expect(sizes.filter((size) => size === 16).length).toBeGreaterThanOrEqual(4);
    expect(sizes.filter((size) => size === 32).length).toBeGreaterThanOrEqual(40);
    expect(seen.size).toBeGreaterThan(500);
  });

  test('holds no secret in any spelling', () => {
    for (const secret of born.values()) expect(found(spellings(secret))).toEqual([]);
  });

  test('holds no label', () => {
    for (const label of labels) {
      const text = formatLabel(label);
      expect(found([text, text.replaceAll('-', ''), text.slice(-20)])).toEqual([]);
    }
  });

  test('would betray one that was planted, however it is spelled', () => {
    const secret = Uint8Array.from({ length: 32 }, (_, at) => 7 * at + 3);
    for (const planted of [
      { key: Buffer.from(secret).toString('hex') },
      { key: Buffer.from(secret).toString('base64') },
      { key: secret },
      { key: Buffer.from(secret) },
      { key: [...secret] },
      { deep: { deep: { deep: [{ key: secret }] } } },
    ]) {
      const before = new Set(seen);
      watch({
        atMs: 0,
        device: 'N1',
        actor: 'join',
        kind: 'event',
        type: 'planted',
        what: planted,
      });
      expect(found(spellings(secret))).not.toEqual([]);
      seen.clear();
      for (const text of before) seen.add(text);
    }
    expect(found(spellings(secret))).toEqual([]);
  });
});
