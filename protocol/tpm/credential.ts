import { TiesError } from '../errors.ts';
import { compactSeed, expandSeed } from './encrypted-secret.ts';
import { outerUnwrap, outerWrap } from './outer-wrap.ts';
import type { RandomSource } from './random-source.ts';
import { recoverSeed, type StorageKeyPair, shareSeed } from './secret-sharing.ts';
import { type StorageKey, storageKeyName } from './storage-key.ts';

/** A credential as it travels. */
export interface Credential {
  /** Contents of TPM2B_ID_OBJECT: 52 B for 16 secret bytes. */
  readonly idObject: Uint8Array;
  /** 33 B (compressed point) or 256 B. */
  readonly seed: Uint8Array;
}

/**
 * TPM2_MakeCredential in software (TPM 2.0 Part 3, 12.6; Part 1, 24): only the TPM that holds
 * `storageKey` gets `credential` out, and only while a key of that Name is loaded.
 */
export const makeCredential = (input: {
  readonly storageKey: StorageKey;
  readonly credential: Uint8Array;
  readonly random: RandomSource;
}): Credential => {
  const name = storageKeyName(input.storageKey);
  const { seed, encryptedSecret } = shareSeed(input.storageKey, 'IDENTITY', input.random);
  const compact = compactSeed(input.storageKey.suite, encryptedSecret);
  if (!compact) throw new TiesError('TPM_RANDOM', 'The ephemeral key cannot travel; try again.');
  return { idObject: outerWrap({ seed, name }, input.credential), seed: compact };
};

/** TPM2_ActivateCredential's side; `TPM_INTEGRITY` where it was made for another key. */
export const openCredential = (key: StorageKeyPair, credential: Credential): Uint8Array => {
  const seed = recoverSeed(key, 'IDENTITY', expandSeed(key.suite, credential.seed));
  return outerUnwrap({ seed, name: storageKeyName(key) }, credential.idObject);
};
