/** As `../kernel/wire.h` has them. */
export const WIRE = { spi: 1, i2c: 2, output: 3, input: 4 } as const;
const HEADER_BYTES = 6;

/** What the kernel says on a wire, or what it is told. */
export interface Frame {
  readonly kind: number;
  /** Chip select, address, or line. */
  readonly unit: number;
  /** The answer has that of the call. */
  readonly call: number;
  /** Of an answer; 0 is well. */
  readonly status: number;
  readonly bytes: Uint8Array;
}

export const encodeFrame = ({ kind, unit, call, status, bytes }: Frame): Uint8Array => {
  const { length } = bytes;
  return Uint8Array.of(kind, unit, call, status, length & 0xff, length >> 8, ...bytes);
};

/** Takes frames out of a stream. */
export class Deframer {
  #rest = Buffer.alloc(0);

  push(chunk: Uint8Array): Frame[] {
    let bytes = Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    while (bytes.length >= HEADER_BYTES) {
      const [kind = 0, unit = 0, call = 0, status = 0] = bytes;
      const end = HEADER_BYTES + bytes.readUInt16LE(4);
      if (bytes.length < end) break;
      const held = Uint8Array.from(bytes.subarray(HEADER_BYTES, end));
      frames.push({ kind, unit, call, status, bytes: held });
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
    return frames;
  }
}
