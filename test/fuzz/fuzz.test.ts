import { expect, test } from 'vitest';
import { TiesError } from '../../protocol/errors.ts';
import { recorded } from './recorded.ts';
import { fuzz } from './run.ts';
import { targets } from './targets/all.ts';
import { Contradiction, type Target } from './targets/target.ts';

/** `npm run fuzz` takes a hundred times as many, and what is live besides. */
const INPUTS = 100_000;

test('no decoder throws what is no TiesError, or takes what it would not say itself', async () => {
  const fuzzed = await fuzz(targets(recorded()), { inputs: INPUTS, seed: 1 });
  expect(fuzzed.flatMap(({ name, failures }) => failures.map((each) => `${name} ${each}`))).toEqual(
    [],
  );
  // Where all inputs end alike, they are all turned away at the door.
  for (const { name, inputs, outcomes } of fuzzed) {
    expect(inputs).toBeGreaterThan(200);
    expect([name, outcomes.size]).not.toEqual([name, 1]);
  }
}, 120_000);

const broken = (take: (bytes: Uint8Array) => unknown): readonly Target[] => [
  { name: 'broken', take, corpus: [Uint8Array.of(1, 2, 3, 4)], weight: 1 },
];

test.each([
  ['another error', new RangeError('beyond the end')],
  ['a contradiction', new Contradiction('another frame')],
])('%s is found', async (_, error) => {
  const [found] = await fuzz(
    broken((bytes) => {
      if (bytes[0] === 0xff) throw error;
      if (bytes.length < 2) throw new TiesError('TIES_FIELD', 'Too short.');
      return null;
    }),
    { inputs: 2_000, seed: 1 },
  );
  expect(found?.failures.length).toBeGreaterThan(0);
  expect(found?.failures.every((each) => each.startsWith('ff'))).toBe(true);
});
