/** A chip's own trimming values, burnt in by Bosch; names and widths are the datasheet's table 16. */
export interface Calibration {
  /** dig_T1 … dig_T3. */
  readonly temperature: readonly [t1: number, t2: number, t3: number];
  /** dig_P1 … dig_P9. */
  readonly pressure: readonly [
    ...[p1: number, p2: number, p3: number, p4: number, p5: number],
    ...[p6: number, p7: number, p8: number, p9: number],
  ];
  /** dig_H1 … dig_H6. */
  readonly humidity: readonly [
    ...[h1: number, h2: number, h3: number, h4: number, h5: number, h6: number],
  ];
}

/**
 * Of the bytes 0x88 … 0xA1 and 0xE1 … 0xE7. H4 and H5 are signed 12 bits that share the byte
 * 0xE5: the sign is in the byte of the upper eight.
 */
export const decodeCalibration = (low: Uint8Array, high: Uint8Array): Calibration => {
  const view = (bytes: Uint8Array) =>
    new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [first, second] = [view(low), view(high)];
  const u16 = (at: number) => first.getUint16(at, true);
  const s16 = (at: number) => first.getInt16(at, true);
  const shared = second.getUint8(4);
  return {
    temperature: [u16(0), s16(2), s16(4)],
    pressure: [
      ...([u16(6), s16(8), s16(10), s16(12), s16(14)] as const),
      ...([s16(16), s16(18), s16(20), s16(22)] as const),
    ],
    humidity: [
      first.getUint8(25),
      second.getInt16(0, true),
      second.getUint8(2),
      second.getInt8(3) * 16 + (shared & 0x0f),
      second.getInt8(5) * 16 + (shared >> 4),
      second.getInt8(6),
    ],
  };
};

/** A memory that was not read, or a line held high or low: no chip has these as dig_T1 or dig_P1. */
export const isBlank = ({ temperature: [t1], pressure: [p1] }: Calibration): boolean =>
  [t1, p1].some((value) => value === 0 || value === 0xffff);
