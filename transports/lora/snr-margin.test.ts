import { expect, test } from 'vitest';
import { snrMargin } from './snr-margin.ts';

test.each([
  [-7.5, 7, 0],
  [-4.5, 7, 1],
  [10, 7, 5],
  [31, 7, 7],
  [-12, 7, 0],
  [-8, 12, 4],
])('%d dB at SF%d is step %d', (snrDb, spreadingFactor, step) => {
  expect(snrMargin(snrDb, spreadingFactor)).toBe(step);
});
