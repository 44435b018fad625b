import { week } from './week.ts';

/** npm run faults -- [SEEDS] [DAYS] [FIRST SEED] */
const [seeds = 100, days = 7, first = 1] = process.argv.slice(2).map(Number);
let failed = 0;
for (let seed = first; seed < first + seeds; seed += 1) {
  const faults = await week(seed, days * 24 * 3_600_000);
  if (faults.length > 0) failed += 1;
  for (const fault of faults) console.log(`seed ${seed}: ${fault}`);
}
console.log(`${seeds} networks, ${days} days each: ${seeds - failed} recovered`);
console.log(`${seeds - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
