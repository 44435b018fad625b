import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** npm run faults -- [SEEDS] [DAYS] [FIRST SEED]; a process for each core. */
const [seeds = 100, days = 7, first = 1] = process.argv.slice(2).map(Number);
const SEED = fileURLToPath(new URL('seed.ts', import.meta.url));
const run = promisify(execFile);

/** What is wrong with one network, or why it came to no end. */
const faultsOf = async (seed: number): Promise<readonly string[]> => {
  try {
    const given = ['--import', 'tsx', SEED, `${seed}`, `${days}`];
    const { stdout } = await run(process.execPath, given);
    return stdout.split('\n').filter((line) => line !== '');
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error)
      .split('\n')
      .slice(0, 8);
  }
};

let [next, failed] = [first, 0];
const worker = async (): Promise<void> => {
  while (next < first + seeds) {
    const seed = next;
    next += 1;
    const faults = await faultsOf(seed);
    if (faults.length > 0) failed += 1;
    for (const fault of faults) console.log(`seed ${seed}: ${fault}`);
    if (faults.length === 0) console.log(`seed ${seed}: recovered`);
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));
console.log(`${seeds} networks, ${days} days each: ${seeds - failed} recovered`);
console.log(`${seeds - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
