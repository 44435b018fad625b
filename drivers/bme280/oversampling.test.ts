import { expect, test } from 'vitest';
import { longestMeasurementMs, samplesCode, WEATHER } from './oversampling.ts';

test('the codes of the control registers', () => {
  expect(([1, 2, 4, 8, 16] as const).map(samplesCode)).toEqual([1, 2, 3, 4, 5]);
});

/** By the formula of §9.1; the second is the datasheet's own setting for indoor navigation. */
test.each([
  [WEATHER, 9.3],
  [{ temperature: 2, pressure: 16, humidity: 1 } as const, 46.1],
  [{ temperature: 16, pressure: 16, humidity: 16 } as const, 112.8],
])('%o takes at most %d ms', (oversampling, ms) => {
  expect(longestMeasurementMs(oversampling)).toBeCloseTo(ms, 6);
});
