import { createHmac } from 'node:crypto';
import { sha256 } from '../bytes.ts';
import { concat, uint32 } from './marshal.ts';

const DIGEST_BITS = 256;

/** A KDF label is hashed with its terminating zero (TPM 2.0 Part 1, 11.4.10.2 and .3). */
export const label = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`);

export const hmacSha256 = (key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return new Uint8Array(hmac.digest());
};

/** What a KDFa call mixes in beside the key: contextU and contextV, here always adjacent. */
export interface KdfaInput {
  readonly key: Uint8Array;
  readonly label: string;
  readonly context?: Uint8Array;
  /** At most 256, a multiple of 8. */
  readonly bits: number;
}

/** KDFa with SHA-256: SP 800-108 in counter mode (Part 1, 11.4.10.2), for up to one block. */
export const kdfa = ({ key, label: text, context, bits }: KdfaInput): Uint8Array => {
  if (bits > DIGEST_BITS) throw new RangeError('One block of KDFa is all that TIES needs.');
  const mixed = concat(uint32(1), label(text), context ?? new Uint8Array(0), uint32(bits));
  return hmacSha256(key, mixed).subarray(0, bits / 8);
};

/** What a KDFe call mixes in: the shared x coordinate and both parties'. */
export interface KdfeInput {
  readonly z: Uint8Array;
  readonly label: string;
  readonly partyU: Uint8Array;
  readonly partyV: Uint8Array;
}

/** KDFe with SHA-256: the one-step KDF of SP 800-56A (Part 1, 11.4.10.3), for 256 bits. */
export const kdfe = ({ z, label: text, partyU, partyV }: KdfeInput): Uint8Array =>
  sha256(uint32(1), z, label(text), partyU, partyV);
