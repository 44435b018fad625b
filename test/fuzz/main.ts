import { toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { Dice, mutated } from './mutate.ts';
import { attackNetwork, recordRun } from './network.ts';
import { targets } from './targets.ts';

/** npm run fuzz -- [INPUTS] [SEED]: the same seed gives the same inputs. */
const [inputs = 10_000_000, seed = 1] = process.argv.slice(2).map(Number);
/** Inputs that a target keeps beside those it began with. */
const MOST_KEPT = 400;

const recorded = await recordRun();
const dice = new Dice(seed);
const fuzzed = targets(recorded).map((target) => ({
  ...target,
  corpus: [...target.corpus],
  most: target.corpus.length + MOST_KEPT,
  outcomes: new Set<string>(),
  inputs: 0,
  failures: [] as string[],
}));
const wheel = fuzzed.flatMap((target) => Array.from({ length: target.weight }, () => target));

/** What came of an input, coarsely: a new outcome makes it worth keeping and changing further. */
const outcomeOf = (value: unknown): string => {
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map((each) => (each === null ? '-' : '+')).join('');
  return Object.entries(value)
    .map(([key, each]) => `${key} ${typeof each === 'string' ? each : typeof each}`)
    .join();
};

const began = process.memoryUsage().heapUsed;
for (let at = 0; at < inputs; at += 1) {
  const target = dice.of(wheel);
  const bytes = mutated(dice, dice.of(target.corpus), dice.of(target.corpus));
  target.inputs += 1;
  let outcome: string;
  try {
    outcome = outcomeOf(target.take(bytes));
  } catch (error) {
    outcome = error instanceof TiesError ? error.code : 'thrown';
    if (!(error instanceof TiesError)) target.failures.push(`${toHex(bytes)}: ${String(error)}`);
  }
  if (target.outcomes.has(outcome) || target.corpus.length >= target.most) continue;
  target.outcomes.add(outcome);
  target.corpus.push(bytes);
}
(globalThis as { gc?: () => void }).gc?.();
const grownMiB = (process.memoryUsage().heapUsed - began) / 2 ** 20;

for (const { name, inputs: count, outcomes, failures } of fuzzed) {
  console.log(
    `${name.padEnd(22)} ${String(count).padStart(9)} inputs ${String(outcomes.size).padStart(4)} outcomes ${failures.length} failures`,
  );
  for (const failure of failures.slice(0, 3)) console.log(`  ${failure.slice(0, 400)}`);
}
const network = await attackNetwork(dice, Math.min(20_000, Math.ceil(inputs / 500)));
console.log(
  `${'running network'.padEnd(22)} ${String(network.inputs).padStart(9)} inputs ${network.wrong.length} changes of what is stored, ${network.tpmUses} uses of a TPM`,
);
for (const line of network.wrong.slice(0, 5)) console.log(`  ${line}`);
console.log(`memory grown by ${grownMiB.toFixed(1)} MiB`);
const failed =
  fuzzed.reduce((sum, { failures }) => sum + failures.length, 0) + network.wrong.length;
console.log(`${inputs + network.inputs - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 || grownMiB > 100 ? 1 : 0;
