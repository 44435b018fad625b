import { toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { Dice, mutated } from './mutate.ts';
import { Contradiction, type Target } from './targets/target.ts';

/** Inputs that a target keeps beside those it began with. */
const MOST_KEPT = 400;

export interface Fuzzed {
  readonly name: string;
  readonly inputs: number;
  /** Of how many kinds: where there are few, the inputs all end at the same place. */
  readonly outcomes: ReadonlySet<string>;
  readonly failures: readonly string[];
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

/** So many inputs for one target, each made of what was interesting before; first what it has. */
const fuzzTarget = async (target: Target, inputs: number, dice: Dice): Promise<Fuzzed> => {
  const { name, take, words } = target;
  const [outcomes, failures] = [new Set<string>(), [] as string[]];
  const corpus = [...target.corpus];
  const mostKept = corpus.length + MOST_KEPT;
  for (let at = -target.corpus.length; at < inputs; at += 1) {
    const bytes =
      at < 0
        ? (target.corpus.at(at) as Uint8Array)
        : mutated(dice, dice.of(corpus), dice.of(corpus), words);
    let outcome: string;
    try {
      const value = take(bytes);
      outcome = outcomeOf(value instanceof Promise ? await value : value);
    } catch (error) {
      if (error instanceof TiesError) outcome = error.code;
      else {
        outcome = error instanceof Contradiction ? 'contradiction' : 'thrown';
        failures.push(`${toHex(bytes)}: ${String(error)}`);
      }
    }
    if (outcomes.has(outcome) || corpus.length >= mostKept) continue;
    outcomes.add(outcome);
    if (at >= 0) corpus.push(bytes);
  }
  return { name, inputs, outcomes, failures };
};

/** So many inputs, shared among the targets by weight; `tell` of each when it has had its own. */
export const fuzz = async (
  targets: readonly Target[],
  { inputs, seed }: { readonly inputs: number; readonly seed: number },
  tell: (fuzzed: Fuzzed) => void = () => undefined,
): Promise<readonly Fuzzed[]> => {
  const { stackTraceLimit } = Error;
  // Most inputs are refused, and nobody reads where.
  Error.stackTraceLimit = 0;
  try {
    const total = targets.reduce((sum, { weight }) => sum + weight, 0);
    const all: Fuzzed[] = [];
    for (const target of targets) {
      const own = Math.ceil((inputs * target.weight) / total);
      const fuzzed = await fuzzTarget(target, own, new Dice(seed));
      tell(fuzzed);
      all.push(fuzzed);
    }
    return all;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};
