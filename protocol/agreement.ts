import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { concat } from './bytes.ts';
import { Secret } from './secret.ts';

/** An ephemeral X25519 key pair (RFC 7748). */
export interface Ephemeral {
  readonly privateKey: Secret;
  /** 32 bytes, as sent. */
  readonly share: Uint8Array;
}

/** RFC 8410 DER around the 32 raw bytes. */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI = Buffer.from('302a300506032b656e032100', 'hex');

const privateKeyOf = (raw: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.from(concat(PKCS8, raw)), format: 'der', type: 'pkcs8' });
const publicKeyOf = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(concat(SPKI, raw)), format: 'der', type: 'spki' });

const SHARE_BYTES = 32;

/** A key pair of 32 random bytes. */
export const ephemeral = (randomBytes: Uint8Array): Ephemeral => {
  const spki = createPublicKey(privateKeyOf(randomBytes)).export({ format: 'der', type: 'spki' });
  return {
    privateKey: new Secret(randomBytes),
    share: Uint8Array.from(spki.subarray(SPKI.length)),
  };
};

/**
 * The agreed secret, or null for a share of low order, whose secret would be all zero, or of
 * another length, of which OpenSSL would ignore the end.
 */
export const agree = (own: Ephemeral, share: Uint8Array): Secret | null => {
  if (share.length !== SHARE_BYTES) return null;
  try {
    const agreed = diffieHellman({
      privateKey: privateKeyOf(own.privateKey.reveal()),
      publicKey: publicKeyOf(share),
    });
    return agreed.every((byte) => byte === 0) ? null : new Secret(agreed);
  } catch {
    return null;
  }
};
