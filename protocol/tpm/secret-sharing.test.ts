import { generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Secret } from '../secret.ts';
import { drawEccKey } from './ecc-key.ts';
import { compressed } from './ecc-point.ts';
import { recoverSeed, type StorageKeyPair, shareSeed } from './secret-sharing.ts';

const badKey = expect.objectContaining({ code: 'TPM_BAD_KEY' });
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key: StorageKeyPair = {
  suite: 2,
  unique: Uint8Array.from(
    Buffer.from(publicKey.export({ format: 'jwk' }).n as string, 'base64url'),
  ),
  private: new Secret(privateKey.export({ format: 'der', type: 'pkcs8' })),
};

test('an RSA seed is under OAEP with SHA-256 and what it is for, with its zero', () => {
  const { seed, encryptedSecret } = shareSeed(key, 'DUPLICATE', random);
  const oaep = { oaepHash: 'sha256', oaepLabel: Buffer.from('DUPLICATE\0') };
  const opened = privateDecrypt({ key: privateKey, ...oaep }, encryptedSecret);
  expect(new Uint8Array(opened)).toEqual(seed);
  expect(() => recoverSeed(key, 'IDENTITY', encryptedSecret)).toThrow(
    expect.objectContaining({ code: 'TPM_INTEGRITY' }),
  );
});

test('an RSA seed without the zero that it begins with is none', () => {
  let shared = shareSeed(key, 'IDENTITY', random);
  while (shared.encryptedSecret[0] !== 0) shared = shareSeed(key, 'IDENTITY', random);
  const { seed, encryptedSecret } = shared;
  expect(recoverSeed(key, 'IDENTITY', encryptedSecret)).toEqual(seed);
  expect(() => recoverSeed(key, 'IDENTITY', encryptedSecret.subarray(1))).toThrow(
    expect.objectContaining({ code: 'TPM_INTEGRITY', cause: badKey }),
  );
});

test('a seed under a point with a short coordinate is none', () => {
  const { scalar, point } = drawEccKey(random);
  const own: StorageKeyPair = { suite: 1, unique: compressed(point), private: new Secret(scalar) };
  const { seed, encryptedSecret } = shareSeed(own, 'IDENTITY', random);
  expect(recoverSeed(own, 'IDENTITY', encryptedSecret)).toEqual(seed);
  const xAt = 2;
  expect(() => recoverSeed(own, 'IDENTITY', encryptedSecret.with(xAt, 0))).toThrow(
    expect.objectContaining({ code: 'TPM_INTEGRITY', cause: badKey }),
  );
});
