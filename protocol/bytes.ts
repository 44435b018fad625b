import { hash } from 'node:crypto';

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** The low `width` bytes of an unsigned integer, big-endian. */
export const uintBytes = (value: number, width: 1 | 2 | 4): Uint8Array => {
  const bytes = new Uint8Array(width);
  for (let at = width - 1, rest = value; at >= 0; at -= 1, rest = Math.floor(rest / 256))
    bytes[at] = rest % 256;
  return bytes;
};

/** The unsigned integer of `width` bytes at `at`, big-endian. */
export const readUint = (bytes: Uint8Array, at: number, width: 1 | 2 | 4): number => {
  let value = 0;
  for (let index = at; index < at + width; index += 1)
    value = value * 256 + (bytes[index] as number);
  return value;
};

export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const [whole = new Uint8Array(0)] = parts.length < 2 ? parts : [concat(...parts)];
  return new Uint8Array(hash('sha256', whole, 'buffer'));
};

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const encoder = new TextEncoder();
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

export const toHex = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('hex');
export const fromHex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'));
