import { expect, test } from 'vitest';
import { demodulationFloorDb } from '../../protocol/lora/modulation.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { afterFastSilence, afterReport, baseRate, type Rate, stepOf } from './rate-policy.ts';
import { rateSteps } from './rate-steps.ts';
import { snrMargin } from './snr-margin.ts';

const STEPS = rateSteps(presets.range);

/** The peer answers what it heard with this SNR, at the base rate or another. */
const heard = (rate: Rate, snrDb: number, spreadingFactor = 10): Rate =>
  afterReport(rate, { snrMargin: snrMargin(snrDb, spreadingFactor), spreadingFactor }, STEPS);

const silent = (rate: Rate, times: number): Rate =>
  Array.from({ length: times }).reduce<Rate>((last) => afterFastSilence(heard(last, 20)), rate);

test.each([
  [-15, 0],
  [-7, 0],
  [-6, 1],
  [-3, 2],
  [0, 3],
  [30, 3],
])('one that hears %d dB is spoken to at step %d, 6 dB above its floor', (snrDb, step) => {
  expect(stepOf(heard(baseRate, snrDb))).toBe(step);
});

test('a step taken is left only when less than 3 dB remain', () => {
  const fast = heard(baseRate, 0);
  const floorDb = demodulationFloorDb(7);
  expect(stepOf(heard(fast, floorDb + 3.5, 7))).toBe(3);
  expect(stepOf(heard(fast, floorDb + 2.5, 7))).toBeLessThan(3);
  expect(stepOf(heard(heard(fast, floorDb + 2.5, 7), floorDb + 5.9))).toBeLessThan(3);
});

test('whatever step it was heard at, the same SNR allows the same', () => {
  for (const { spreadingFactor } of STEPS) {
    expect(stepOf(heard(baseRate, 5, spreadingFactor))).toBe(3);
    expect(stepOf(heard(baseRate, -14, spreadingFactor))).toBe(0);
  }
});

test('each third silence in a row costs a step, whatever is reported between', () => {
  const steps = [1, 2, 3, 5, 6, 8, 9].map((times) => stepOf(silent(baseRate, times)));
  expect(steps).toEqual([3, 3, 2, 2, 1, 1, 0]);
});

test('where all failed, one more is tried after every fourth report', () => {
  const reported = (rate: Rate, times: number): Rate =>
    Array.from({ length: times }).reduce<Rate>((last) => heard(last, 20), rate);
  const failed = silent(baseRate, 9);
  expect([3, 4].map((times) => stepOf(reported(failed, times)))).toEqual([0, 1]);
  const again = afterFastSilence(reported(failed, 4));
  expect([3, 4].map((times) => stepOf(reported(again, times)))).toEqual([0, 1]);
});

test('an answer at a fast step forgets all silences', () => {
  const answered = heard(silent(baseRate, 8), 20, 8);
  expect(stepOf(silent(answered, 2))).toBe(3);
});
