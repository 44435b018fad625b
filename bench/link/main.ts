import { broken } from './claims.ts';
import { halfLost } from './half-lost.ts';
import { stepped } from './rate-steps.ts';
import { row, rowInputs } from './rows.ts';
import { table } from './table.ts';

const MESSAGES = 1000;
const MESSAGES_HALF_LOST = 10_000;
const MESSAGES_STEPPED = 300;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const rows = rowInputs(MESSAGES).map(row);
print(table(rows));

print('\nhalf of all frames lost, SF7/250');
const half = halfLost(MESSAGES_HALF_LOST);
for (const { bytes, messages, lost, meanMs, p99Ms } of half) {
  const times = `mean ${meanMs.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms`;
  print(`${bytes} B: ${lost} of ${messages} lost, ${times}`);
}

print('\n600 B on the range preset (SF10/125), at its base rate alone and with rate steps');
for (const { loss, atBase, withSteps } of stepped(MESSAGES_STEPPED)) {
  const means = `mean ${atBase.meanMs.toFixed(0)} and ${withSteps.meanMs.toFixed(0)} ms`;
  print(
    `loss ${loss}: ${means}, p99 ${atBase.p99Ms.toFixed(0)} and ${withSteps.p99Ms.toFixed(0)} ms`,
  );
}

const failures = [
  ...rows.flatMap(broken),
  ...half.filter(({ lost }) => lost > 0).map(({ bytes }) => `${bytes} B: messages were lost`),
];
for (const failure of failures) print(failure);
if (failures.length > 0) process.exitCode = 1;
if (process.argv.includes('--json')) print(JSON.stringify({ rows }));
