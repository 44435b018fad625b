/** Crockford's base32: no I, L, O or U, so that a person reads it right. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const VALUES = new Map([...ALPHABET].map((symbol, value) => [symbol, value]));
for (const [symbol, value] of [
  ['I', 1],
  ['L', 1],
  ['O', 0],
] as const)
  VALUES.set(symbol, value);

/** Five bits a symbol; `bytes` fills whole symbols (a multiple of 5 bytes). */
export const toSymbols = (bytes: Uint8Array): number[] => {
  const symbols: number[] = [];
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    // Bits already told stay above those looked at, until 32 are full.
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) symbols.push((held >> (bits - 5)) & 31);
  }
  return symbols;
};

export const fromSymbols = (symbols: readonly number[]): Uint8Array => {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const symbol of symbols) {
    held = (held << 5) | symbol;
    bits += 5;
    if (bits >= 8) {
      bytes.push((held >> (bits - 8)) & 255);
      bits -= 8;
    }
  }
  return Uint8Array.from(bytes);
};

export const symbolText = (symbol: number): string => ALPHABET[symbol] as string;

/** The value of a character as typed, in either case; null if it is none of the alphabet. */
export const symbolValue = (text: string): number | null => VALUES.get(text.toUpperCase()) ?? null;
