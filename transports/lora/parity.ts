import { type Cut, PAD_COUNT_BYTES } from './fragments.ts';
import { addScaled, divide, multiply } from './galois.ts';

/**
 * Reed–Solomon erasure code over the fragments of a message: of `last + 1` fragments and up to 16
 * parity fragments, any `last + 1` give the message. Systematic, its parity rows a Cauchy matrix,
 * of which every square part is invertible (Rizzo, "Effective erasure codes for reliable computer
 * communication protocols", 1997; Plank and Xu, "Optimizing Cauchy Reed-Solomon codes", 2006). A
 * row depends on its number alone, so more parity can follow in a later round.
 *
 * Why no library: of what npm has, `@digitaldefiance/reed-solomon-erasure.wasm` 1.0.2 builds its
 * tables anew in each call (40 to 110 µs for two parities of 600 B, here under 10) and finds its
 * 118 kB of WebAssembly from CommonJS alone; `@ronomon/reed-solomon` compiles C++ when installed.
 */
export const MAX_PARITY = 16;

/** The Cauchy matrix 1 / (x + y): x from 16 on for parity, y below for fragments. */
const rowPoint = (number: number): number => MAX_PARITY + number;
const coefficient = (number: number, index: number): number => divide(1, rowPoint(number) ^ index);

/**
 * Parity fragment of number 0 … 15: `[pad count 1][parity]`, a byte longer than a fragment. Where
 * there is but one fragment, of 247 B, that has no room in a frame: repeat the fragment instead.
 */
export const parityFragment = (fragments: readonly Uint8Array[], number: number): Uint8Array => {
  const [bytes, endBytes] = [fragments[0]?.length ?? 0, fragments.at(-1)?.length ?? 0];
  const payload = new Uint8Array(PAD_COUNT_BYTES + bytes);
  payload[0] = bytes - endBytes;
  addParity(payload.subarray(PAD_COUNT_BYTES), number, fragments.entries());
  return payload;
};

/** The first `count` parity fragments, at most 16. */
export const parityFragments = (fragments: readonly Uint8Array[], count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, number) => parityFragment(fragments, number));

const addParity = (
  target: Uint8Array,
  number: number,
  fragments: Iterable<readonly [number, Uint8Array]>,
): void => {
  for (const [index, part] of fragments) addScaled(target, coefficient(number, index), part);
};

/** What is here of a message, each piece under its number, parity without its pad count. */
export interface Pieces extends Cut {
  readonly fragments: ReadonlyMap<number, Uint8Array>;
  readonly parity: ReadonlyMap<number, Uint8Array>;
}

/** The message, once any `last + 1` pieces are here: then both lengths are known too. */
export const recover = ({
  last,
  bytes = 0,
  endBytes = 0,
  fragments,
  parity,
}: Pieces): Uint8Array => {
  const whole = new Uint8Array((last + 1) * bytes);
  const place = (index: number) => whole.subarray(index * bytes, (index + 1) * bytes);
  for (const [index, part] of fragments) place(index).set(part);

  const missing = Array.from({ length: last + 1 }, (_, i) => i).filter((i) => !fragments.has(i));
  const used = [...parity].slice(0, missing.length);
  const rows = used.map(([number]) => rowPoint(number));
  for (const [number, part] of used) {
    const remainder = part.slice();
    addParity(remainder, number, fragments);
    const x = rowPoint(number);
    for (const y of missing) {
      const weights = multiply(weight(x, rows, missing), weight(y, missing, rows));
      addScaled(place(y), divide(weights, x ^ y), remainder);
    }
  }
  return whole.subarray(0, last * bytes + endBytes);
};

/**
 * Of a row or a column in the inverse of the square Cauchy matrix of these points, which is
 * weight(x) · weight(y) / (x + y), for a matrix of differences has a determinant in products.
 */
const weight = (own: number, alike: readonly number[], across: readonly number[]): number =>
  divide(
    across.reduce((product, point) => multiply(product, own ^ point), 1),
    alike.reduce((product, point) => (point === own ? product : multiply(product, own ^ point)), 1),
  );
