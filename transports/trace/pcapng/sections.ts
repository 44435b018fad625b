import { BLOCK, BLOCK_OVERHEAD, BYTE_ORDER_MAGIC, MAX_BLOCK_BYTES } from './format.ts';
import { type Decoder, type Item, trouble } from './item.ts';
import { Section } from './section.ts';

/** Type, length, byte order, version: what tells a section's header from anything else. */
const HEADER_BYTES = 16;
const MAJOR_VERSION = 1;

/**
 * The blocks of a pcapng file. Behind a damaged one nothing can be found again but the header of
 * another section; a block too long to be held is passed over.
 */
export class PcapngDecoder implements Decoder {
  needed = HEADER_BYTES;
  #section: Section | null = null;
  #little = true;
  /** Bytes of an overlong block that are still to come. */
  #toPass = 0;
  #isLost = true;

  decode(bytes: Uint8Array, atByte: number, emit: (item: Item) => void): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    for (;;) {
      if (this.#toPass > 0) {
        const passed = Math.min(this.#toPass, bytes.length - at);
        this.#toPass -= passed;
        at += passed;
        if (this.#toPass > 0) return this.#waitFor(1, at);
      }
      if (this.#isLost) at = this.#findSection(view, at);
      const left = bytes.length - at;
      if (left < (this.#isLost ? HEADER_BYTES : BLOCK_OVERHEAD))
        return this.#waitFor(this.#isLost ? HEADER_BYTES : BLOCK_OVERHEAD, at);
      const isSection = view.getUint32(at) === BLOCK.section;
      if (isSection && left < HEADER_BYTES) return this.#waitFor(HEADER_BYTES, at);
      if (isSection && !this.#begin(view, at)) {
        emit(trouble(atByte + at, 'a section of another version, passed over'));
        at += 4;
        continue;
      }
      const length = view.getUint32(at + 4, this.#little);
      if (length < BLOCK_OVERHEAD || length % 4 !== 0) {
        emit(this.#damage(atByte + at));
        at += 4;
        continue;
      }
      if (length > MAX_BLOCK_BYTES) {
        emit(trouble(atByte + at, `a block of ${length} bytes, passed over`));
        this.#toPass = length;
        continue;
      }
      if (length > left) return this.#waitFor(length, at);
      if (view.getUint32(at + length - 4, this.#little) !== length) {
        emit(this.#damage(atByte + at));
        at += 4;
        continue;
      }
      this.#take(view, { at, length, atByte }, emit);
      at += length;
    }
  }

  #damage(atByte: number): Item {
    this.#isLost = true;
    return trouble(atByte, 'damage: nothing more is read before the next section');
  }

  #take(
    view: DataView,
    { at, length, atByte }: { at: number; length: number; atByte: number },
    emit: (item: Item) => void,
  ): void {
    const type = view.getUint32(at, this.#little);
    const body = { view, at: at + 8, end: at + length - 4 };
    const taken = (this.#section as Section).take(type, body);
    if (typeof taken === 'string') emit(trouble(atByte + at, `${taken}, left out`));
    else if (taken !== null) emit(taken);
  }

  /** Whether this is a section that can be read, which then is the present one. */
  #begin(view: DataView, at: number): boolean {
    const little = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
    const isSection = little || view.getUint32(at + 8) === BYTE_ORDER_MAGIC;
    if (!isSection || view.getUint16(at + 12, little) !== MAJOR_VERSION) {
      this.#isLost = true;
      return false;
    }
    this.#little = little;
    this.#section = new Section(little);
    this.#isLost = false;
    return true;
  }

  /** Where the next section may begin: all before is done with. */
  #findSection(view: DataView, from: number): number {
    let at = from;
    for (; at + HEADER_BYTES <= view.byteLength; at += 1) {
      if (view.getUint8(at) !== 0x0a || view.getUint32(at) !== BLOCK.section) continue;
      const magic = view.getUint32(at + 8);
      if (magic === BYTE_ORDER_MAGIC || magic === SWAPPED_MAGIC) return at;
    }
    return at;
  }

  #waitFor(needed: number, at: number): number {
    this.needed = needed;
    return at;
  }
}

const SWAPPED_MAGIC = 0x4d3c2b1a;
