import { MAX_BLOCK_BYTES } from './format.ts';
import { type Decoder, type Item, trouble } from './item.ts';

interface Units {
  readonly little: boolean;
  readonly nsPerUnit: bigint;
}

/** Classic pcap (IETF draft-ietf-opsawg-pcap), by the number it begins with. */
const MAGICS: ReadonlyMap<number, Units> = new Map([
  [0xa1b2c3d4, { little: false, nsPerUnit: 1000n }],
  [0xd4c3b2a1, { little: true, nsPerUnit: 1000n }],
  [0xa1b23c4d, { little: false, nsPerUnit: 1n }],
  [0x4d3cb2a1, { little: true, nsPerUnit: 1n }],
]);
const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const NS_PER_S = 1_000_000_000n;
const NONE: readonly string[] = [];

export const isClassic = (firstWord: number): boolean => MAGICS.has(firstWord);

/** A classic pcap file, behind whose first damage nothing can be found again. */
export class ClassicDecoder implements Decoder {
  needed = FILE_HEADER_BYTES;
  #little = false;
  #nsPerUnit = 1000n;
  #linkType: number | null = null;
  #isLost = false;

  decode(bytes: Uint8Array, atByte: number, emit: (item: Item) => void): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = this.#linkType === null ? this.#begin(view) : 0;
    while (!this.#isLost && bytes.length - at >= RECORD_HEADER_BYTES) {
      const captured = view.getUint32(at + 8, this.#little);
      if (captured > MAX_BLOCK_BYTES) {
        emit(trouble(atByte + at, 'damage: nothing more is read'));
        this.#isLost = true;
        break;
      }
      const length = RECORD_HEADER_BYTES + captured;
      if (bytes.length - at < length) {
        this.needed = length;
        return at;
      }
      emit({
        kind: 'packet',
        atNs:
          BigInt(view.getUint32(at, this.#little)) * NS_PER_S +
          BigInt(view.getUint32(at + 4, this.#little)) * this.#nsPerUnit,
        linkType: this.#linkType as number,
        bytes: bytes.subarray(at + RECORD_HEADER_BYTES, at + length),
        missingBytes: Math.max(0, view.getUint32(at + 12, this.#little) - captured),
        direction: 'unknown',
        comments: NONE,
      });
      at += length;
    }
    this.needed = RECORD_HEADER_BYTES;
    return this.#isLost ? bytes.length : at;
  }

  #begin(view: DataView): number {
    const { little, nsPerUnit } = MAGICS.get(view.getUint32(0)) as Units;
    this.#little = little;
    this.#nsPerUnit = nsPerUnit;
    // The upper bits tell of a checksum behind each frame.
    this.#linkType = view.getUint32(20, little) & 0xffff;
    return FILE_HEADER_BYTES;
  }
}
