import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto';

/** Figures 2 and 3 send SK as it is, Figure 5 duplicates it to the recipient's RSA key. */
export type Figure = 3 | 5;

const KEY_BYTES = 32;
/** Half of what the paper's chip makes, as a test waits for it; no attack here hangs on it. */
const MODULUS_BITS = 1024;

const textOf = (key: KeyObject): Uint8Array =>
  Uint8Array.from(key.export({ format: 'der', type: 'spki' }));
export const keyOf = (text: Uint8Array): KeyObject | null => {
  try {
    return createPublicKey({ key: Buffer.from(text), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
};

const pairs = new Map<string, KeyPairKeyObjectResult>();

/** Made where it is first asked for, once a name. */
const pairOf = (tpm: string): KeyPairKeyObjectResult => {
  const pair = pairs.get(tpm) ?? generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS });
  pairs.set(tpm, pair);
  return pair;
};

/** What a device's TPM does for it: an RSA key, and sealing to another's. */
export class Module {
  readonly #tpm: string;
  readonly #figure: Figure;

  constructor(tpm: string, figure: Figure) {
    this.#tpm = tpm;
    this.#figure = figure;
  }

  get publicKey(): Uint8Array {
    return textOf(pairOf(this.#tpm).publicKey);
  }

  duplicate(sessionKey: Uint8Array, to: Uint8Array): Uint8Array {
    if (this.#figure === 3) return sessionKey;
    return publicEncrypt({ key: keyOf(to) as KeyObject, oaepHash: 'sha256' }, sessionKey);
  }

  import(wrapped: Uint8Array): Uint8Array | null {
    if (this.#figure === 3) return wrapped.length === KEY_BYTES ? wrapped : null;
    try {
      const key = privateDecrypt(
        { key: pairOf(this.#tpm).privateKey, oaepHash: 'sha256' },
        wrapped,
      );
      return Uint8Array.from(key);
    } catch {
      return null;
    }
  }
}
