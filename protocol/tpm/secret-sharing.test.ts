import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Secret } from '../secret.ts';
import { recoverSeed, type StorageKeyPair, shareSeed } from './secret-sharing.ts';

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key: StorageKeyPair = {
  suite: 2,
  unique: Uint8Array.from(
    Buffer.from(publicKey.export({ format: 'jwk' }).n as string, 'base64url'),
  ),
  private: new Secret(privateKey.export({ format: 'der', type: 'pkcs8' })),
};

test('an RSA seed without the zero that it begins with is none', () => {
  let shared = shareSeed(key, 'IDENTITY', random);
  while (shared.encryptedSecret[0] !== 0) shared = shareSeed(key, 'IDENTITY', random);
  const { seed, encryptedSecret } = shared;
  expect(recoverSeed(key, 'IDENTITY', encryptedSecret)).toEqual(seed);
  expect(() => recoverSeed(key, 'IDENTITY', encryptedSecret.subarray(1))).toThrow(
    expect.objectContaining({ code: 'TPM_INTEGRITY' }),
  );
});
