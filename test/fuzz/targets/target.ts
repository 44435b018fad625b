import fc from 'fast-check';
import { utf8 } from '../../../protocol/bytes.ts';

/** Something that takes bytes from outside. It may throw a `TiesError`, and nothing else. */
export interface Target {
  readonly name: string;
  /** What came of it; an error that is no `TiesError` is a failure, and so is a `Contradiction`. */
  readonly take: (bytes: Uint8Array) => unknown;
  /** What it is given, before any of it is changed. */
  readonly corpus: readonly Uint8Array[];
  /** How many of some thousand inputs are for it. */
  readonly weight: number;
  /** Pieces that its format trips over, put in beside bytes. */
  readonly words?: readonly Uint8Array[];
}

/** What was taken apart does not make the same again. */
export class Contradiction extends Error {}

export const holds = (isSo: boolean, what: string): void => {
  if (!isSo) throw new Contradiction(what);
};

export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

const SAMPLE = { seed: 1, numRuns: 20 };

/** The same each time. */
export const sampled = <T>(arbitrary: fc.Arbitrary<T>): readonly T[] =>
  fc.sample(arbitrary, SAMPLE);

/** What JSON and its readers trip over. */
export const JSON_WORDS: readonly Uint8Array[] = [
  ...['null', '-0', '1e999', '1e-7', '18446744073709551616', '""', '[]', '{}', '[[[[[[[['],
  ...['"__proto__":', '"constructor":{"prototype":', '"toString":', '"\\ud800"', '"\\u0000"'],
  ...['true,', '//', '/*', '\ufeff', ',,', '}}'],
].map(utf8);
