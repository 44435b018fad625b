import { week } from './week.ts';

/** One network, in a process of its own: SEED DAYS. What is wrong at its end, a line each. */
const [seed = 1, days = 7] = process.argv.slice(2).map(Number);
for (const fault of await week(seed, days * 24 * 3_600_000)) console.log(fault);
