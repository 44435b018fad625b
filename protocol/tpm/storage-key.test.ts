import { describe, expect, test } from 'vitest';
import { decodePoint, uncompressed } from './ecc-point.ts';
import { objectName } from './name.ts';
import {
  hasPolicy,
  isEcc,
  parseStorageKey,
  type StorageKey,
  SUITES,
  storageKeyName,
  storageKeyPublic,
  withPolicy as withPolicyOf,
} from './storage-key.ts';
import vectors from './vectors.json' with { type: 'json' };

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const badKey = expect.objectContaining({ code: 'TPM_BAD_KEY' });

const p256 = parseStorageKey(hex(vectors.p256.public));
const rsa = parseStorageKey(hex(vectors.rsa.public));
const withPolicy: readonly StorageKey[] = [
  { ...p256, suite: 3 },
  { ...rsa, suite: 4 },
];

/** 43·G and 379·G: on the curve, with y and x beginning with a zero byte. */
const shortY = hex('03986ae2506f1ff104d04230861d8f4b498f4bc4c6d009b30f7544dc129b82d28d');
const shortX = hex('02005543894af3d00ed7d740abdbd75c96b06877b787db5f70eea78b90a8d7c00a');

describe('the public area of a storage key', () => {
  test.each([
    ['P-256', p256, vectors.p256],
    ['RSA-2048', rsa, vectors.rsa],
  ])('%s is what a TPM makes of the template, and so is its Name', (_, key, vector) => {
    expect(storageKeyPublic(key)).toEqual(hex(vector.public));
    expect(storageKeyName(key)).toEqual(hex(vector.name));
  });

  test('travels as a compressed point or a modulus', () => {
    expect([p256.suite, p256.unique.length, rsa.suite, rsa.unique.length]).toEqual([1, 33, 2, 256]);
  });

  test.each(withPolicy)('suite $suite differs in attributes and policy, and reads back', (key) => {
    const area = storageKeyPublic(key);
    expect(Buffer.from(area.subarray(4, 8)).toString('hex')).toBe('00030432');
    expect(area.subarray(10, 42)).toEqual(hex(vectors.policy.storageKey));
    expect(parseStorageKey(area)).toEqual(key);
    expect(storageKeyName(key)).toEqual(objectName(area));
  });
});

test('each kind of key has a suite without and one with the policy', () => {
  for (const suite of SUITES) {
    expect(hasPolicy(withPolicyOf(suite))).toBe(true);
    expect(isEcc(withPolicyOf(suite))).toBe(isEcc(suite));
    expect(withPolicyOf(suite) === suite).toBe(hasPolicy(suite));
  }
});

describe('a storage key from a peer', () => {
  test.each<[string, StorageKey]>([
    ['of another length', { suite: 1, unique: p256.unique.subarray(1) }],
    ['of a byte more', { suite: 2, unique: Uint8Array.of(...rsa.unique, 1) }],
    ['uncompressed', { suite: 1, unique: uncompressed(decodePoint(p256.unique)) }],
    ['of the other suite', { suite: 2, unique: p256.unique }],
    ['of no suite', { suite: 5 as 1, unique: rsa.unique }],
    ['off the curve', { suite: 1, unique: p256.unique.with(32, 0).with(31, 5) }],
    ['beyond the field', { suite: 1, unique: new Uint8Array(33).fill(0xff).with(0, 2) }],
    ['with a short x', { suite: 1, unique: shortX }],
    ['with a short y', { suite: 1, unique: shortY }],
    ['with an even modulus', { suite: 2, unique: rsa.unique.with(255, 2) }],
    ['with a short modulus', { suite: 2, unique: rsa.unique.with(0, 0x7f) }],
  ])('%s is refused', (_, key) => {
    expect(() => storageKeyPublic(key)).toThrow(badKey);
  });

  test('whose public area differs from the template in any bit but those of the key is refused', () => {
    const area = hex(vectors.p256.public);
    const uniqueAt = 26;
    for (let at = 0; at < uniqueAt * 8; at += 1) {
      const flipped = area.with(at >> 3, (area[at >> 3] as number) ^ (1 << (at & 7)));
      expect(() => parseStorageKey(flipped)).toThrow();
    }
    expect(() => parseStorageKey(Uint8Array.of(...area, 0))).toThrow();
    expect(() => parseStorageKey(area.subarray(0, -1))).toThrow();
  });

  test('whose modulus has bytes behind it, or too few, is refused', () => {
    const area = hex(vectors.rsa.public);
    expect(() => parseStorageKey(Uint8Array.of(...area, 0))).toThrow(badKey);
    expect(() => parseStorageKey(area.subarray(0, -1))).toThrow();
  });

  test('may have the least modulus of 2048 bits', () => {
    const least = { suite: 2, unique: new Uint8Array(256).with(0, 0x80).with(255, 1) } as const;
    expect(parseStorageKey(storageKeyPublic(least))).toEqual(least);
  });

  test('off the curve is refused with what OpenSSL said of it', () => {
    const offCurve = { ...p256, unique: p256.unique.with(32, 0).with(31, 5) };
    const because = expect.objectContaining({ cause: expect.any(Error) });
    expect(() => storageKeyPublic(offCurve)).toThrow(because);
  });
});
