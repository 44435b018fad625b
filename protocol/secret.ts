import { inspect } from 'node:util';

/**
 * Key material on its way between the TPM and a cipher. It can travel in events and arguments,
 * because nothing that prints, logs, clones or serialises an object can see inside: the bytes
 * are a private field and come out only through `reveal`.
 */
export class Secret {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = Uint8Array.from(bytes);
  }

  /** The bytes themselves, for the cipher or the TPM and nobody else; do not keep them. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  /** Overwrite the bytes; the secret is all zero from then on. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  toJSON(): string {
    return '[secret]';
  }

  toString(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
