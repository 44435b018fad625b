import { Packr, Unpackr } from 'msgpackr';

/** Anything a body may hold on the wire. */
export type Wire = number | string | boolean | null | Uint8Array | readonly Wire[];

const MAX_DEPTH = 2;
const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false });

export const pack = (value: Wire): Uint8Array => Uint8Array.from(packr.pack(value));

/**
 * Unpack one value, or null where the bytes are anything else: an extension, a map, a float, a
 * 64-bit integer, too deep, too long, cut off or followed by more. The tags are scanned first,
 * because msgpackr builds dates, regular expressions and errors from hostile bytes by default
 * and has no setting that refuses them.
 */
export const unpack = (bytes: Uint8Array): Wire | null => {
  if (skipValue(bytes, 0, 0) !== bytes.length) return null;
  return unpackr.unpack(bytes as Buffer) as Wire;
};

/**
 * Offset after the value at `at`, or -1. One past the end never comes back: `unpack` sees it, and
 * no value begins there.
 */
function skipValue(bytes: Uint8Array, at: number, depth: number): number {
  const tag = bytes[at];
  if (tag === undefined || depth > MAX_DEPTH) return -1;
  if (tag <= 0x7f || tag >= 0xe0) return at + 1;
  if (tag >= 0x90 && tag <= 0x9f) return skipItems(bytes, at + 1, tag & 0x0f, depth);
  if (tag >= 0xa0 && tag <= 0xbf) return at + 1 + (tag & 0x1f);
  switch (tag) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return at + 1;
    case 0xc4: // bin 8
    case 0xd9: // str 8
      return sized(bytes, at + 1, 1);
    case 0xc5: // bin 16
    case 0xda: // str 16
      return sized(bytes, at + 1, 2);
    case 0xcc: // uint 8
    case 0xd0: // int 8
      return at + 2;
    case 0xcd: // uint 16
    case 0xd1: // int 16
      return at + 3;
    case 0xce: // uint 32
    case 0xd2: // int 32
      return at + 5;
    case 0xdc: // array 16
      return skipItems(bytes, at + 3, readLength(bytes, at + 1, 2), depth);
    default:
      return -1;
  }
}

function skipItems(bytes: Uint8Array, start: number, count: number, depth: number): number {
  let at = start;
  for (let item = 0; item < count && at >= 0; item += 1) at = skipValue(bytes, at, depth + 1);
  return at;
}

const sized = (bytes: Uint8Array, at: number, width: 1 | 2): number =>
  at + width + readLength(bytes, at, width);

/** What the bytes there say; of those past the end, zeros. */
function readLength(bytes: Uint8Array, at: number, width: 1 | 2): number {
  const first = bytes[at] ?? 0;
  return width === 1 ? first : (first << 8) | (bytes[at + 1] ?? 0);
}
