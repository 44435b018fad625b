import { describe, expect, test } from 'vitest';
import type { Derivation } from '../protocol/key-schedule.ts';
import { Secret } from '../protocol/secret.ts';
import { TrafficKeys } from './traffic-keys.ts';

const ROOT = { id: 'master', ref: 'masterKey' } as const;
const derivation = (dst: number): Derivation => ({
  purpose: 'control',
  netId: new Uint8Array(8),
  src: 1,
  dst,
  srcEpoch: 1,
  dstEpoch: 1,
});

/** Keys from a TPM that notes how many blocks it is asked for, and may refuse. */
const keysOf = (refusals = 0) => {
  const asked: number[] = [];
  let left = refusals;
  const keys = new TrafficKeys(async (_key, blocks) => {
    asked.push(blocks.length);
    left -= 1;
    if (left >= 0) throw new Error('refused');
    return blocks.map((_, at) => new Secret(Uint8Array.of(asked.length, at)));
  });
  return { keys, asked };
};

describe('traffic keys', () => {
  test('asked for together cost one operation, and none later', async () => {
    const { keys, asked } = keysOf();
    const [a, b] = await keys.get(ROOT, [derivation(2), derivation(3)]);
    expect([a.secret.reveal(), b.secret.reveal()]).toEqual([
      Uint8Array.of(1, 0),
      Uint8Array.of(1, 1),
    ]);
    expect((await keys.get(ROOT, [derivation(3)]))[0]).toBe(b);
    expect(asked).toEqual([2]);
  });

  test('asked for twice at once are derived once', async () => {
    const { keys, asked } = keysOf();
    const both = await Promise.all([
      keys.get(ROOT, [derivation(2)]),
      keys.get(ROOT, [derivation(2)]),
    ]);
    expect(both[0][0]).toBe(both[1][0]);
    expect(asked).toEqual([1]);
  });

  test('of which some are at hand cost only the others', async () => {
    const { keys, asked } = keysOf();
    await keys.get(ROOT, [derivation(2)]);
    await keys.get(ROOT, [derivation(2), derivation(3), derivation(4)]);
    expect(asked).toEqual([1, 2]);
  });

  test('that the TPM refused are asked for again', async () => {
    const { keys, asked } = keysOf(1);
    await expect(keys.get(ROOT, [derivation(2)])).rejects.toThrow('refused');
    expect(keys.has(ROOT, [derivation(2)])).toBe(false);
    await keys.get(ROOT, [derivation(2)]);
    expect(asked).toEqual([1, 1]);
  });

  test('are at hand from the moment they are asked for', () => {
    const { keys } = keysOf();
    void keys.get(ROOT, [derivation(2)]);
    expect(keys.has(ROOT, [derivation(2)])).toBe(true);
    expect(keys.has(ROOT, [derivation(2), derivation(3)])).toBe(false);
    expect(keys.has({ ...ROOT, id: 'other' }, [derivation(2)])).toBe(false);
  });

  test('go with their root, and no other does', async () => {
    const { keys } = keysOf();
    const other = { ...ROOT, id: 'master 2' };
    await keys.get(ROOT, [derivation(2)]);
    await keys.get(other, [derivation(2)]);
    keys.forget('master');
    expect([keys.has(ROOT, [derivation(2)]), keys.has(other, [derivation(2)])]).toEqual([
      false,
      true,
    ]);
  });

  test('that are taken stay with who took them', async () => {
    const { keys, asked } = keysOf();
    const [taken] = await keys.take(ROOT, [derivation(2), derivation(3)]);
    expect(taken.secret.reveal()).toEqual(Uint8Array.of(1, 0));
    expect([keys.has(ROOT, [derivation(2)]), asked]).toEqual([false, [2]]);
  });

  test('have a window for each message', async () => {
    const { keys } = keysOf();
    const [key] = await keys.get(ROOT, [derivation(2)]);
    key.window('K1').mark(5);
    expect([key.window('K1').admits(5), key.window('K4').admits(5)]).toEqual([false, true]);
  });
});
