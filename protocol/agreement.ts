import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { concat } from './bytes.ts';
import { Secret } from './secret.ts';

/** An ephemeral X25519 key pair (RFC 7748). */
export interface Ephemeral {
  readonly privateKey: Secret;
  /** 32 bytes, as sent. */
  readonly share: Uint8Array;
}

/** RFC 8410 DER before the 32 raw bytes. */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

const privateKeyOf = (raw: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.from(concat(PKCS8, raw)), format: 'der', type: 'pkcs8' });
/** As a JWK, which OpenSSL takes in a fraction of the time it looks for what a DER is. */
const publicKeyOf = (raw: Uint8Array): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(raw).toString('base64url') },
    format: 'jwk',
  });

/** What each secret was imported as: that takes OpenSSL longer than all that is done with it. */
const imported = new WeakMap<Secret, KeyObject>();

/** A key pair of 32 random bytes. */
export const ephemeral = (randomBytes: Uint8Array): Ephemeral => {
  const privateKey = new Secret(randomBytes);
  const key = privateKeyOf(randomBytes);
  imported.set(privateKey, key);
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return { privateKey, share: Uint8Array.from(Buffer.from(x as string, 'base64url')) };
};

/**
 * The agreed secret, or null for a share of low order, whose secret would be all zero (RFC 7748
 * §6.1), or of another length: OpenSSL refuses both.
 */
export const agree = (own: Ephemeral, share: Uint8Array): Secret | null => {
  try {
    const privateKey = imported.get(own.privateKey) ?? privateKeyOf(own.privateKey.reveal());
    return new Secret(diffieHellman({ privateKey, publicKey: publicKeyOf(share) }));
  } catch {
    return null;
  }
};
