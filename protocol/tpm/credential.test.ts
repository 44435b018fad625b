import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Secret } from '../secret.ts';
import { makeCredential, openCredential } from './credential.ts';
import { drawEccKey } from './ecc-key.ts';
import { compressed } from './ecc-point.ts';
import { compactSeed, expandSeed } from './encrypted-secret.ts';
import type { RandomSource } from './random-source.ts';
import type { StorageKeyPair } from './secret-sharing.ts';
import vectors from './vectors.json' with { type: 'json' };

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const credential = new Uint8Array(16).fill(0xc);

const peer: StorageKeyPair = {
  suite: 1,
  unique: hex(vectors.peer.unique),
  private: new Secret(hex(vectors.peer.scalar)),
};

const scalar = (k: number): Uint8Array => {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, k);
  return bytes;
};

/** Yields these scalars first, then 1. */
const scripted = (...scalars: number[]): RandomSource & { left: () => number } => ({
  bytes: () => scalar(scalars.shift() ?? 1),
  left: () => scalars.length,
});

test('a credential made by a TPM opens in software', () => {
  const seed = compactSeed(1, hex(vectors.credential.encryptedSecret)) as Uint8Array;
  expect(seed.length).toBe(33);
  expect(expandSeed(1, seed)).toEqual(hex(vectors.credential.encryptedSecret));
  const opened = openCredential(peer, { idObject: hex(vectors.credential.idObject), seed });
  expect(opened).toEqual(hex(vectors.credential.secret));
});

describe('a credential made in software', () => {
  const made = makeCredential({ storageKey: peer, credential, random });

  test('is 52 and 33 B and opens with the key it was made for', () => {
    expect([made.idObject.length, made.seed.length]).toEqual([52, 33]);
    expect(openCredential(peer, made)).toEqual(credential);
  });

  test('does not open with another key, nor after a flipped bit', () => {
    const other = drawEccKey(random);
    const otherPair: StorageKeyPair = {
      suite: 1,
      unique: compressed(other.point),
      private: new Secret(other.scalar),
    };
    const integrity = expect.objectContaining({ code: 'TPM_INTEGRITY' });
    expect(() => openCredential(otherPair, made)).toThrow(integrity);
    expect(() => openCredential({ ...peer, suite: 3 }, made)).toThrow(integrity);
    for (let at = 0; at < made.idObject.length; at += 1) {
      const idObject = made.idObject.with(at, (made.idObject[at] as number) ^ 0x80);
      expect(() => openCredential(peer, { ...made, idObject })).toThrow();
    }
  });

  test('is the same byte for byte from the same random source', () => {
    const seeded = (): RandomSource => {
      let drawn = 0;
      return {
        bytes: (length) =>
          Uint8Array.from(createHash('sha256').update(`${drawn++}`).digest().subarray(0, length)),
      };
    };
    const twice = [1, 2].map(() =>
      makeCredential({ storageKey: peer, credential, random: seeded() }),
    );
    expect(twice[0]).toEqual(twice[1]);
  });
});

describe('an ephemeral key is drawn again', () => {
  test.each([
    ['out of range', 0],
    ['short in x', 379],
    ['short in y', 43],
    ['leading to a Z short in x', 170],
  ])('%s', (_, k) => {
    const random = scripted(k);
    const made = makeCredential({ storageKey: peer, credential, random });
    expect(made.seed).toEqual(compressed(drawEccKey(scripted()).point));
    expect(random.left()).toBe(0);
  });

  test('but not without end', () => {
    const stuck = { bytes: (length: number) => new Uint8Array(length) };
    expect(() => makeCredential({ storageKey: peer, credential, random: stuck })).toThrow(
      expect.objectContaining({ code: 'TPM_RANDOM' }),
    );
  });
});
