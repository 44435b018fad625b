import { outerUnwrap, outerWrap } from './outer-wrap.ts';
import type { RandomSource } from './random-source.ts';
import { recoverSeed, type StorageKeyPair, shareSeed } from './secret-sharing.ts';
import { marshalSensitive, type Sensitive, unmarshalSensitive } from './sensitive.ts';
import type { StorageKey } from './storage-key.ts';

/** What TPM2_Duplicate puts out and TPM2_Import takes, without an inner wrapper. */
export interface Duplicate {
  /** Contents of TPM2B_PRIVATE. */
  readonly duplicate: Uint8Array;
  /** Contents of TPM2B_ENCRYPTED_SECRET. */
  readonly encryptedSecret: Uint8Array;
}

/** An object on its way to a new parent. */
export interface Duplication {
  readonly newParent: StorageKey;
  /** The object's own Name. */
  readonly name: Uint8Array;
  readonly sensitive: Sensitive;
  readonly random: RandomSource;
}

/** TPM2_Duplicate to another storage key (TPM 2.0 Part 3, 13.1; Part 1, "Duplication"). */
export const duplicate = ({ newParent, name, sensitive, random }: Duplication): Duplicate => {
  const { seed, encryptedSecret } = shareSeed(newParent, 'DUPLICATE', random);
  return { duplicate: outerWrap({ seed, name }, marshalSensitive(sensitive)), encryptedSecret };
};

/**
 * TPM2_Import's side (Part 3, 13.3); `TPM_INTEGRITY` where the duplicate was not made for this
 * parent and Name.
 */
export const importDuplicate = (
  parent: StorageKeyPair,
  name: Uint8Array,
  { duplicate: wrapped, encryptedSecret }: Duplicate,
): Sensitive => {
  const seed = recoverSeed(parent, 'DUPLICATE', encryptedSecret);
  return unmarshalSensitive(outerUnwrap({ seed, name }, wrapped));
};
