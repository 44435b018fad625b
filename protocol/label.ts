import { fromSymbols, symbolText, symbolValue, toSymbols } from './base32.ts';
import { concat, readUint, uintBytes } from './bytes.ts';
import { TiesError } from './errors.ts';
import { Secret } from './secret.ts';

/** What is printed on a device's package. */
export interface Label {
  /** First 12 bytes of SHA-256 of its storage key's Name: the device is named by its key. */
  readonly devId: Uint8Array;
  /** The 16-byte one-time access key. */
  readonly accessKey: Secret;
}

const PREFIX = 'TIES1';
const DEV_ID_BYTES = 12;
const ACCESS_KEY_BYTES = 16;
const GROUPS = 8;
const GROUP_SYMBOLS = 6;

/**
 * `TIES1-` and eight groups of six symbols and a check character, in QR's alphanumeric set.
 * The check character names the group that was mistyped; the CRC catches what slips past it.
 */
export const formatLabel = ({ devId, accessKey }: Label): string => {
  const content = concat(devId, accessKey.reveal());
  const symbols = toSymbols(concat(content, uintBytes(crc16(content), 2)));
  const groups = Array.from({ length: GROUPS }, (_, index) => {
    const group = symbols.slice(index * GROUP_SYMBOLS, (index + 1) * GROUP_SYMBOLS);
    return [...group, checkSymbol(group, index)].map(symbolText).join('');
  });
  return [PREFIX, ...groups].join('-');
};

/**
 * Read a label as a person typed it: either case, with or without hyphens and spaces. Throws
 * `LABEL_…` and says where to look; the message never repeats what was typed, for it is a key.
 */
export const parseLabel = (text: string): Label => {
  const typed = text.toUpperCase().replace(/[\s-]/g, '');
  if (!typed.startsWith(PREFIX))
    throw new TiesError(
      'LABEL_PREFIX',
      `A label begins with ${PREFIX}-; type it from the package.`,
    );
  const body = [...typed.slice(PREFIX.length)];
  const expected = GROUPS * (GROUP_SYMBOLS + 1);
  if (body.length !== expected)
    throw new TiesError(
      'LABEL_LENGTH',
      `A label has ${GROUPS} groups of ${GROUP_SYMBOLS + 1} characters after ${PREFIX}; this one has ${body.length} characters instead of ${expected}.`,
    );
  const symbols = Array.from({ length: GROUPS }, (_, index) => readGroup(body, index)).flat();
  const bytes = fromSymbols(symbols);
  const content = bytes.subarray(0, DEV_ID_BYTES + ACCESS_KEY_BYTES);
  if (readUint(bytes, content.length, 2) !== crc16(content))
    throw new TiesError(
      'LABEL_CRC',
      'The label does not add up: more than one character is wrong. Type it again from the package.',
    );
  return {
    devId: content.slice(0, DEV_ID_BYTES),
    accessKey: new Secret(content.subarray(DEV_ID_BYTES)),
  };
};

function readGroup(body: readonly string[], index: number): number[] {
  const start = index * (GROUP_SYMBOLS + 1);
  const values = body.slice(start, start + GROUP_SYMBOLS + 1).map(symbolValue);
  const group = values.slice(0, GROUP_SYMBOLS) as number[];
  if (values.includes(null) || checkSymbol(group, index) !== values[GROUP_SYMBOLS])
    throw new TiesError(
      'LABEL_CHECK',
      `Group ${index + 1} of the label is mistyped; look at it again.`,
    );
  return group;
}

/**
 * A weighted sum over GF(32): one wrong symbol or two swapped ones change it. The group's index
 * is added, so that two swapped groups are named too.
 */
function checkSymbol(group: readonly number[], index: number): number {
  return group.reduce((sum, symbol) => timesX(sum ^ symbol), index + 1);
}

/** Times x in GF(32) modulo x⁵ + x² + 1, a primitive polynomial. */
const timesX = (value: number): number => {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ 0b100101 : doubled;
};

/** CRC-16/IBM-3740 ("CCITT-FALSE"). */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
