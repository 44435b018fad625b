import { concat } from '../bytes.ts';
import { TiesError } from '../errors.ts';

export { concat };

/** UINT16 as the TPM marshals it, big-endian (TPM 2.0 Part 1, "Structure Marshaling"). */
export const uint16 = (value: number): Uint8Array =>
  Uint8Array.of((value >>> 8) & 0xff, value & 0xff);

/** UINT32, big-endian. */
export const uint32 = (value: number): Uint8Array =>
  Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);

/** A TPM2B: the contents behind their length as UINT16 (Part 2, 10.4). */
export const sized = (contents: Uint8Array): Uint8Array =>
  concat(uint16(contents.length), contents);

/** Reads TPM structures from front to back; whatever does not fit fails with `TPM_MALFORMED`. */
export class Unmarshaller {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw new TiesError('TPM_MALFORMED', 'TPM structure ends early; check who produced it.');
    }
    const taken = Uint8Array.from(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return taken;
  }

  uint16(): number {
    return this.bytes(2).reduce((value, byte) => value * 256 + byte, 0);
  }

  uint32(): number {
    return this.bytes(4).reduce((value, byte) => value * 256 + byte, 0);
  }

  sized(): Uint8Array {
    return this.bytes(this.uint16());
  }

  end(): void {
    if (this.#at !== this.#bytes.length) {
      throw new TiesError('TPM_MALFORMED', 'Bytes trail a TPM structure; check who produced it.');
    }
  }
}
