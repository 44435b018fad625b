import { equalBytes } from '../bytes.ts';
import { TiesError } from '../errors.ts';
import { ALG, ATTRIBUTE, CURVE_NIST_P256 } from './constants.ts';
import {
  COMPRESSED_BYTES,
  compressed,
  decodePoint,
  hasShortCoordinate,
  marshalPoint,
  unmarshalPoint,
} from './ecc-point.ts';
import { concat, sized, Unmarshaller, uint16, uint32 } from './marshal.ts';
import { objectName } from './name.ts';
import { storageKeyPolicy } from './policy.ts';

/** 1 P-256, 2 RSA-2048 (the paper's); 3 and 4 the same with a policy that refuses Rewrap. */
export type Suite = 1 | 2 | 3 | 4;

/**
 * The public part of RK, as it travels: everything but `unique` follows from the suite.
 * `unique` is a compressed point (33 B) or a modulus (256 B).
 */
export interface StorageKey {
  readonly suite: Suite;
  readonly unique: Uint8Array;
}

export const SUITES: readonly Suite[] = [1, 2, 3, 4];
export const RSA_BYTES = 256;

export const isEcc = (suite: Suite): boolean => suite === 1 || suite === 3;
/** Whether TPM2_Rewrap is refused under such a key. */
export const hasPolicy = (suite: Suite): boolean => suite === 3 || suite === 4;
/** The same kind of key with that policy. */
export const withPolicy = (suite: Suite): Suite => (isEcc(suite) ? 3 : 4);

/** Length of `StorageKey.unique`, and of a seed encrypted to such a key as it travels. */
export const uniqueBytes = (suite: Suite): number => (isEcc(suite) ? COMPRESSED_BYTES : RSA_BYTES);

const WITHOUT_POLICY =
  ATTRIBUTE.fixedTpm |
  ATTRIBUTE.fixedParent |
  ATTRIBUTE.sensitiveDataOrigin |
  ATTRIBUTE.userWithAuth |
  ATTRIBUTE.noDa |
  ATTRIBUTE.restricted |
  ATTRIBUTE.decrypt;

const AES_128_CFB = concat(uint16(ALG.aes), uint16(128), uint16(ALG.cfb));

/**
 * TPMT_PUBLIC of RK with `unique` as given, already marshalled (TPM 2.0 Part 2, 12.2.4). For
 * TPM2_CreatePrimary `unique` only varies which key comes out: a TPMS_ECC_POINT or a TPM2B.
 */
export const storageKeyTemplate = (suite: Suite, unique: Uint8Array): Uint8Array =>
  concat(
    uint16(isEcc(suite) ? ALG.ecc : ALG.rsa),
    uint16(ALG.sha256),
    uint32(hasPolicy(suite) ? WITHOUT_POLICY & ~ATTRIBUTE.userWithAuth : WITHOUT_POLICY),
    sized(hasPolicy(suite) ? storageKeyPolicy : new Uint8Array(0)),
    AES_128_CFB,
    uint16(ALG.null),
    isEcc(suite)
      ? concat(uint16(CURVE_NIST_P256), uint16(ALG.null))
      : concat(uint16(2048), uint32(0)),
    unique,
  );

const badKey = (message: string): TiesError => new TiesError('TPM_BAD_KEY', message);

const marshalUnique = ({ suite, unique }: StorageKey): Uint8Array => {
  if (unique.length !== uniqueBytes(suite)) {
    throw badKey(`A storage key of suite ${suite} is ${uniqueBytes(suite)} bytes long.`);
  }
  if (isEcc(suite)) {
    const point = decodePoint(unique);
    if (hasShortCoordinate(point)) throw badKey('Short coordinate; provision the device anew.');
    return marshalPoint(point);
  }
  const first = unique[0] as number;
  const last = unique[RSA_BYTES - 1] as number;
  if (first < 0x80 || last % 2 === 0) throw badKey('Not an RSA modulus of 2048 bits.');
  return sized(unique);
};

/** TPMT_PUBLIC of a peer's or our own RK; `TPM_BAD_KEY` if there is no such key. */
export const storageKeyPublic = (key: StorageKey): Uint8Array => {
  if (!SUITES.includes(key.suite)) throw badKey('No such suite.');
  return storageKeyTemplate(key.suite, marshalUnique(key));
};

/** Name(RK), 34 B: `000b` and the SHA-256 of its TPMT_PUBLIC. */
export const storageKeyName = (key: StorageKey): Uint8Array => objectName(storageKeyPublic(key));

const readUnique = (suite: Suite, tpmtPublic: Uint8Array): Uint8Array | null => {
  const template = storageKeyTemplate(suite, new Uint8Array(0));
  if (!equalBytes(tpmtPublic.subarray(0, template.length), template)) return null;
  const unique = tpmtPublic.subarray(template.length);
  if (!isEcc(suite)) return new Unmarshaller(unique).sized();
  const point = unmarshalPoint(unique);
  return point && compressed(point);
};

/**
 * The storage key whose TPMT_PUBLIC this is; `TPM_BAD_KEY` for any other object, and for one
 * with a short coordinate.
 */
export const parseStorageKey = (tpmtPublic: Uint8Array): StorageKey => {
  for (const suite of SUITES) {
    const unique = readUnique(suite, tpmtPublic);
    if (!unique) continue;
    const key: StorageKey = { suite, unique };
    if (equalBytes(storageKeyPublic(key), tpmtPublic)) return key;
  }
  throw badKey('This public area is no storage key of ours; provision the TPM anew.');
};
