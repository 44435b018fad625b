import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Secret } from '../secret.ts';
import { duplicate, importDuplicate } from './duplication.ts';
import { drawEccKey } from './ecc-key.ts';
import { compressed } from './ecc-point.ts';
import { objectName } from './name.ts';
import type { StorageKeyPair } from './secret-sharing.ts';
import { isBound, type Sensitive } from './sensitive.ts';
import vectors from './vectors.json' with { type: 'json' };

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const integrity = expect.objectContaining({ code: 'TPM_INTEGRITY' });

const peer: StorageKeyPair = {
  suite: 1,
  unique: hex(vectors.peer.unique),
  private: new Secret(hex(vectors.peer.scalar)),
};
const eccPair = (): StorageKeyPair => {
  const { scalar, point } = drawEccKey(random);
  return { suite: 1, unique: compressed(point), private: new Secret(scalar) };
};
const rsaPair = (): StorageKeyPair => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n } = pair.publicKey.export({ format: 'jwk' });
  return {
    suite: 2,
    unique: Uint8Array.from(Buffer.from(n as string, 'base64url')),
    private: new Secret(pair.privateKey.export({ format: 'der', type: 'pkcs8' })),
  };
};

const name = objectName(hex(vectors.duplicate.public));
const made = {
  duplicate: hex(vectors.duplicate.duplicate),
  encryptedSecret: hex(vectors.duplicate.encryptedSecret),
};
const sensitive: Sensitive = { obfuscation: random.bytes(32), bits: random.bytes(32) };

describe('a duplicate made by a TPM', () => {
  test('is imported in software, and is bound to its public area', () => {
    const imported = importDuplicate(peer, name, made);
    expect(imported.bits).toEqual(hex(vectors.duplicate.key));
    expect(isBound(hex(vectors.duplicate.public).subarray(-32), imported)).toBe(true);
  });

  test('is refused with any bit flipped', () => {
    for (let at = 0; at < made.duplicate.length; at += 1) {
      const flipped = made.duplicate.with(at, (made.duplicate[at] as number) ^ 1);
      expect(() => importDuplicate(peer, name, { ...made, duplicate: flipped })).toThrow();
    }
  });

  test('is refused under another Name and by another parent', () => {
    expect(() => importDuplicate(peer, name.with(33, 0), made)).toThrow(integrity);
    expect(() => importDuplicate(eccPair(), name, made)).toThrow(integrity);
  });
});

describe.each([
  ['P-256', eccPair()],
  ['RSA-2048', rsaPair()],
])('a duplicate made in software for %s', (_, parent) => {
  const out = duplicate({ newParent: parent, name, sensitive, random });

  test('is 140 B and opens under its parent and Name only', () => {
    expect(out.duplicate.length).toBe(140);
    expect(importDuplicate(parent, name, out)).toEqual(sensitive);
    expect(() => importDuplicate(parent, name.with(2, 0).with(3, 0), out)).toThrow(integrity);
    expect(() => importDuplicate(eccPair(), name, out)).toThrow(integrity);
  });
});

test('a duplicate is made for no key with a short coordinate', () => {
  const shortX = hex('02005543894af3d00ed7d740abdbd75c96b06877b787db5f70eea78b90a8d7c00a');
  const newParent = { suite: 1, unique: shortX } as const;
  expect(() => duplicate({ newParent, name, sensitive, random })).toThrow(
    expect.objectContaining({ code: 'TPM_BAD_KEY' }),
  );
});
