import { toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { type Dice, mutated } from './mutate.ts';
import { Contradiction, type Target } from './targets/target.ts';

/** Inputs that a target keeps beside those it began with. */
const MOST_KEPT = 400;

export interface Fuzzed {
  readonly name: string;
  inputs: number;
  /** Of how many kinds: where there are few, the inputs all end at the same place. */
  readonly outcomes: Set<string>;
  readonly failures: string[];
}

/** What came of an input, coarsely: a new outcome makes it worth keeping and changing further. */
const outcomeOf = (value: unknown): string => {
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return value.map((each) => (each === null ? '-' : '+')).join('');
  return Object.entries(value)
    .map(([key, each]) => `${key} ${typeof each === 'string' ? each.slice(0, 20) : typeof each}`)
    .join();
};

interface Attempt {
  readonly outcome: string;
  readonly failure: string | null;
}

const attempt = async (target: Target, bytes: Uint8Array): Promise<Attempt> => {
  try {
    return { outcome: outcomeOf(await target.take(bytes)), failure: null };
  } catch (error) {
    if (error instanceof TiesError) return { outcome: error.code, failure: null };
    const kind = error instanceof Contradiction ? 'contradiction' : 'thrown';
    return { outcome: kind, failure: `${toHex(bytes)}: ${String(error)}` };
  }
};

/** So many inputs, shared among the targets by weight, each made of what was interesting before. */
export const fuzz = async (
  targets: readonly Target[],
  inputs: number,
  dice: Dice,
): Promise<readonly Fuzzed[]> => {
  const all = targets.map((target) => ({
    target,
    corpus: [...target.corpus],
    fuzzed: { name: target.name, inputs: 0, outcomes: new Set<string>(), failures: [] } as Fuzzed,
  }));
  for (const { target, fuzzed } of all)
    for (const bytes of target.corpus) {
      const { outcome, failure } = await attempt(target, bytes);
      fuzzed.outcomes.add(outcome);
      if (failure !== null) fuzzed.failures.push(failure);
    }
  const wheel = all.flatMap((each) => Array<typeof each>(each.target.weight).fill(each));
  for (let at = 0; at < inputs; at += 1) {
    const { target, corpus, fuzzed } = dice.of(wheel);
    const bytes = mutated(dice, dice.of(corpus), { other: dice.of(corpus), words: target.words });
    fuzzed.inputs += 1;
    const { outcome, failure } = await attempt(target, bytes);
    if (failure !== null) fuzzed.failures.push(failure);
    if (fuzzed.outcomes.has(outcome) || corpus.length >= target.corpus.length + MOST_KEPT) continue;
    fuzzed.outcomes.add(outcome);
    corpus.push(bytes);
  }
  return all.map(({ fuzzed }) => fuzzed);
};
