import { TiesError } from '../errors.ts';
import { ALG, ATTRIBUTE } from './constants.ts';
import { concat, sized, Unmarshaller, uint16, uint32 } from './marshal.ts';

/** What is ours to choose in a TPMT_PUBLIC of type KEYEDHASH with nameAlg SHA-256. */
export interface KeyedHash {
  /** TPMA_OBJECT. */
  readonly attributes: number;
  readonly authPolicy: Uint8Array;
  /** HMAC with SHA-256, or a sealed data object, whose scheme is NULL. */
  readonly scheme: 'hmac' | 'sealed';
  /** 32 B, or empty in a template for TPM2_Create. */
  readonly unique: Uint8Array;
}

const SCHEME = {
  hmac: concat(uint16(ALG.hmac), uint16(ALG.sha256)),
  sealed: uint16(ALG.null),
} as const;

const FIXED = ATTRIBUTE.fixedTpm | ATTRIBUTE.fixedParent | ATTRIBUTE.userWithAuth | ATTRIBUTE.noDa;

const NOTHING = new Uint8Array(0);

/** TPMT_PUBLIC (TPM 2.0 Part 2, 12.2.4). */
export const keyedHashPublic = (object: KeyedHash): Uint8Array =>
  concat(
    uint16(ALG.keyedHash),
    uint16(ALG.sha256),
    uint32(object.attributes),
    sized(object.authPolicy),
    SCHEME[object.scheme],
    sized(object.unique),
  );

/** SK: made by the TPM, duplicable under `authPolicy` and not otherwise. */
export const sessionKeyPublic = (
  authPolicy: Uint8Array,
  unique: Uint8Array = NOTHING,
): Uint8Array =>
  keyedHashPublic({
    attributes:
      ATTRIBUTE.sign | ATTRIBUTE.noDa | ATTRIBUTE.userWithAuth | ATTRIBUTE.sensitiveDataOrigin,
    authPolicy,
    scheme: 'hmac',
    unique,
  });

/** MK: created from outside data, fixed to its TPM and parent, so that nothing exports it. */
export const masterKeyPublic = (unique: Uint8Array = NOTHING): Uint8Array =>
  keyedHashPublic({
    attributes: ATTRIBUTE.sign | FIXED,
    authPolicy: NOTHING,
    scheme: 'hmac',
    unique,
  });

/** A sealed data object: an admitted access key at the Central Entity. */
export const sealedPublic = (unique: Uint8Array = NOTHING): Uint8Array =>
  keyedHashPublic({ attributes: FIXED, authPolicy: NOTHING, scheme: 'sealed', unique });

/** Reads a TPMT_PUBLIC of this type; `TPM_MALFORMED` for any other. */
export const parseKeyedHash = (tpmtPublic: Uint8Array): KeyedHash => {
  const from = new Unmarshaller(tpmtPublic);
  const unlike = (): TiesError =>
    new TiesError('TPM_MALFORMED', 'Not a KEYEDHASH object; check where the blob comes from.');
  if (from.uint16() !== ALG.keyedHash || from.uint16() !== ALG.sha256) throw unlike();
  const attributes = from.uint32();
  const authPolicy = from.sized();
  const scheme = from.uint16();
  if (scheme === ALG.hmac ? from.uint16() !== ALG.sha256 : scheme !== ALG.null) throw unlike();
  const unique = from.sized();
  from.end();
  return { attributes, authPolicy, scheme: scheme === ALG.hmac ? 'hmac' : 'sealed', unique };
};
