import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromSymbols, symbolText, symbolValue, toSymbols } from './base32.ts';

test('bytes come back from their symbols, five bits each', () => {
  const bytes = fc
    .integer({ min: 0, max: 8 })
    .chain((fives) => fc.uint8Array({ minLength: 5 * fives, maxLength: 5 * fives }));
  fc.assert(
    fc.property(bytes, (content) => {
      const symbols = toSymbols(content);
      expect(symbols.length * 5).toBe(content.length * 8);
      expect(fromSymbols(symbols)).toEqual(content);
    }),
  );
});

test('the most significant bits come first', () => {
  expect(
    toSymbols(Uint8Array.of(0b00001_000, 0b10_00011_0, 0b0100_0010, 0b1_00110_00, 0b111_01000)),
  ).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('the alphabet is Crockford’s: no I, L, O or U', () => {
  const alphabet = Array.from({ length: 32 }, (_, symbol) => symbolText(symbol)).join('');
  expect(alphabet).toBe('0123456789ABCDEFGHJKMNPQRSTVWXYZ');
  for (const [value, symbol] of [...alphabet].entries()) {
    expect(symbolValue(symbol)).toBe(value);
    expect(symbolValue(symbol.toLowerCase())).toBe(value);
  }
});

test('what looks like 0 or 1 is read as that, and nothing else is read', () => {
  for (const text of ['O', 'o']) expect(symbolValue(text)).toBe(0);
  for (const text of ['I', 'i', 'L', 'l']) expect(symbolValue(text)).toBe(1);
  for (const text of ['U', 'u', '', '-', ' ', 'Ä', '00', '_']) expect(symbolValue(text)).toBeNull();
});
