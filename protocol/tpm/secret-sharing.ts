import {
  constants,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto';
import { TiesError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { agree, drawEphemeral } from './ecc-key.ts';
import { decodePoint, marshalPoint, unmarshalPoint } from './ecc-point.ts';
import { kdfe, label } from './kdf.ts';
import type { RandomSource } from './random-source.ts';
import { isEcc, type StorageKey, storageKeyPublic } from './storage-key.ts';

/** A storage key with its private half: a P-256 scalar (32 B), or PKCS #8 of an RSA key. */
export interface StorageKeyPair extends StorageKey {
  readonly private: Secret;
}

/** What the seed is for: it separates duplicates from credentials (TPM 2.0 Part 1, B.10, C.6). */
export type SeedLabel = 'DUPLICATE' | 'IDENTITY';

/** A seed and how it travels. */
export interface SharedSeed {
  readonly seed: Uint8Array;
  /** Contents of TPM2B_ENCRYPTED_SECRET: a TPMS_ECC_POINT, or an RSA ciphertext. */
  readonly encryptedSecret: Uint8Array;
}

const RSA_SEED_BYTES = 32;

const shareEcc = (key: StorageKey, purpose: SeedLabel, random: RandomSource): SharedSeed => {
  const theirs = decodePoint(key.unique);
  const { ephemeral, z } = drawEphemeral(random, theirs);
  return {
    seed: kdfe({ z, label: purpose, partyU: ephemeral.x, partyV: theirs.x }),
    encryptedSecret: marshalPoint(ephemeral),
  };
};

const oaep = (purpose: SeedLabel) => ({
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: 'sha256',
  oaepLabel: label(purpose),
});

const shareRsa = (key: StorageKey, purpose: SeedLabel, random: RandomSource): SharedSeed => {
  const n = Buffer.from(key.unique).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' });
  const seed = random.bytes(RSA_SEED_BYTES);
  const encryptedSecret = publicEncrypt({ key: publicKey, ...oaep(purpose) }, seed);
  return { seed, encryptedSecret: Uint8Array.from(encryptedSecret) };
};

/** A fresh seed that only the holder of `key` can recover; `TPM_BAD_KEY` for no such key. */
export const shareSeed = (
  key: StorageKey,
  purpose: SeedLabel,
  random: RandomSource,
): SharedSeed => {
  storageKeyPublic(key);
  return isEcc(key.suite) ? shareEcc(key, purpose, random) : shareRsa(key, purpose, random);
};

const recoverEcc = (key: StorageKeyPair, purpose: SeedLabel, secret: Uint8Array): Uint8Array => {
  const ephemeral = unmarshalPoint(secret);
  if (!ephemeral) throw new TiesError('TPM_BAD_KEY', 'The ephemeral point is short.');
  const z = agree(key.private.reveal(), ephemeral);
  return kdfe({ z, label: purpose, partyU: ephemeral.x, partyV: decodePoint(key.unique).x });
};

/** RFC 8017, 7.1.2: a ciphertext is as long as the modulus. OpenSSL lets leading zeros be missing. */
const recoverRsa = (key: StorageKeyPair, purpose: SeedLabel, secret: Uint8Array): Uint8Array => {
  if (secret.length !== key.unique.length)
    throw new TiesError('TPM_BAD_KEY', 'The encrypted seed is not as long as the modulus.');
  const pkcs8 = Buffer.from(key.private.reveal());
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return Uint8Array.from(privateDecrypt({ key: privateKey, ...oaep(purpose) }, secret));
};

/** The holder's side of `shareSeed`; `TPM_INTEGRITY` where there is no seed for this key. */
export const recoverSeed = (
  key: StorageKeyPair,
  purpose: SeedLabel,
  encryptedSecret: Uint8Array,
): Uint8Array => {
  const recover = isEcc(key.suite) ? recoverEcc : recoverRsa;
  try {
    return recover(key, purpose, encryptedSecret);
  } catch (cause) {
    throw new TiesError('TPM_INTEGRITY', 'The seed was not encrypted for this key.', { cause });
  }
};
