import { expect, test } from 'vitest';
import { airtimeMs, symbolMs } from './airtime.ts';
import { presets } from './presets.ts';

const modulation = (spreadingFactor: number, bandwidthHz: number) => ({
  ...presets.paper,
  spreadingFactor,
  bandwidthHz,
});

/** From the formulas of the SX1276 datasheet, §4.1.1.6–7: 10, 32, 64, 128 and 255 B. */
test.each([
  [7, 125_000, [41.2, 71.9, 118.0, 215.3, 399.6]],
  [9, 125_000, [144.4, 246.8, 390.1, 676.9, 1250.3]],
  [12, 125_000, [991.2, 1810.4, 2793.5, 4923.4, 9019.4]],
  [7, 250_000, [20.6, 36.0, 59.0, 107.6, 199.8]],
])('SF%d at %d Hz', (spreadingFactor, bandwidthHz, expected) => {
  const measured = [10, 32, 64, 128, 255].map((bytes) =>
    Number(airtimeMs(modulation(spreadingFactor, bandwidthHz), bytes).toFixed(1)),
  );
  expect(measured).toEqual(expected);
});

test('low-data-rate optimisation begins where a symbol takes 16 ms', () => {
  expect(symbolMs(modulation(11, 125_000))).toBeCloseTo(16.384);
  expect(symbolMs(modulation(10, 125_000))).toBeCloseTo(8.192);
  expect(symbolMs(modulation(11, 250_000))).toBeCloseTo(8.192);
});

test('SF6 sends no header, so the least frame is its first block alone', () => {
  expect(airtimeMs(modulation(6, 500_000), 1)).toBeCloseTo((8 + 4.25 + 8 + 5) * 0.128, 6);
});
