import { expect, test } from 'vitest';
import {
  assumedTurnaround,
  latestTurnaroundMs,
  measuredTurnaround,
  type Turnaround,
} from './turnaround.ts';

const after = (...samplesMs: readonly number[]): Turnaround =>
  samplesMs.reduce(measuredTurnaround, assumedTurnaround(5));

test('before a measurement three times the assumption is allowed', () => {
  expect(latestTurnaroundMs(assumedTurnaround(5))).toBe(15);
});

test('a sample moves the mean by an eighth and the deviation by a quarter of the way', () => {
  expect(after(25)).toEqual({ meanMs: 7.5, deviationMs: 2.5 + (20 - 2.5) / 4 });
});

test('steady answers leave 2 ms to spare, wherever they settle', () => {
  for (const steadyMs of [0.5, 5, 25]) {
    const settled = after(...new Array(60).fill(steadyMs));
    expect(settled.meanMs).toBeCloseTo(steadyMs, 1);
    expect(latestTurnaroundMs(settled)).toBeCloseTo(steadyMs + 2, 1);
  }
});

test('a peer grown slow is allowed for at once', () => {
  const slow = after(...new Array(60).fill(5), 25);
  expect(latestTurnaroundMs(slow)).toBeGreaterThan(25);
});

test('answers that vary are all in time', () => {
  const varied = Array.from({ length: 200 }, (_, i) => 4 + ((i * 7) % 13));
  expect(latestTurnaroundMs(after(...varied))).toBeGreaterThan(16);
});

test('no sample drives it out of bounds', () => {
  expect(latestTurnaroundMs(after(...new Array(60).fill(1e9)))).toBe(200);
  expect(after(-1e9).meanMs).toBeGreaterThan(0);
});
