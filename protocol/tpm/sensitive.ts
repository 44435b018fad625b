import { equalBytes, sha256 } from '../bytes.ts';
import { TiesError } from '../errors.ts';
import { ALG } from './constants.ts';
import { concat, sized, Unmarshaller, uint16 } from './marshal.ts';

/** What is secret in a KEYEDHASH object without an authValue (TPMT_SENSITIVE). */
export interface Sensitive {
  /** 32 B that hide `bits` in the object's `unique`. */
  readonly obfuscation: Uint8Array;
  /** The key, or the sealed data. */
  readonly bits: Uint8Array;
}

const AUTH_BYTES = 32;

/**
 * TPMT_SENSITIVE (TPM 2.0 Part 2, 12.3.2.4). The empty authValue is padded to the size of the
 * nameAlg's digest, as TPMs do, so that its length does not show.
 */
export const marshalSensitive = ({ obfuscation, bits }: Sensitive): Uint8Array =>
  concat(uint16(ALG.keyedHash), sized(new Uint8Array(AUTH_BYTES)), sized(obfuscation), sized(bits));

/** Reads what `marshalSensitive` wrote; an authValue other than the empty one is refused. */
export const unmarshalSensitive = (tpmtSensitive: Uint8Array): Sensitive => {
  const from = new Unmarshaller(tpmtSensitive);
  const type = from.uint16();
  const authValue = from.sized();
  const sensitive = { obfuscation: from.sized(), bits: from.sized() };
  from.end();
  if (type !== ALG.keyedHash || authValue.some((byte) => byte !== 0)) {
    throw new TiesError('TPM_MALFORMED', 'Not the sensitive area of a key of ours.');
  }
  return sensitive;
};

/** `unique` of such an object (Part 1, 27.5.3.4): it binds the public to the sensitive area. */
export const keyedHashUnique = ({ obfuscation, bits }: Sensitive): Uint8Array =>
  sha256(obfuscation, bits);

export const isBound = (unique: Uint8Array, sensitive: Sensitive): boolean =>
  equalBytes(unique, keyedHashUnique(sensitive));
