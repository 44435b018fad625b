import { expect, test } from 'vitest';
import { airtimeMs, symbolMs } from './airtime.ts';
import { demodulationFloorDb, type Modulation } from './modulation.ts';
import { type PresetName, presets } from './presets.ts';

const all = Object.entries(presets) as [PresetName, Modulation][];

/** Thermal noise rises with the bandwidth; what is just demodulated, with noise and floor. */
const sensitivityDb = ({ spreadingFactor, bandwidthHz }: Modulation): number =>
  10 * Math.log10(bandwidthHz) + demodulationFloorDb(spreadingFactor);

/** ERC/REC 70-03, annex 1, bands h1.4 (1 %) and h1.6 (10 %): edges of the channel, and power. */
const BANDS: Readonly<Record<PresetName, readonly [fromHz: number, toHz: number, dBm: number]>> = {
  default: [869_400_000, 869_650_000, 27],
  paper: [868_000_000, 868_600_000, 14],
  range: [869_400_000, 869_650_000, 27],
};

test.each(all)('%s keeps within its sub-band and the power allowed there', (name, preset) => {
  const [fromHz, toHz, powerDbm] = BANDS[name];
  const half = preset.bandwidthHz / 2;
  expect(preset.frequencyHz - half).toBeGreaterThanOrEqual(fromHz);
  expect(preset.frequencyHz + half).toBeLessThanOrEqual(toHz);
  expect(preset.powerDbm).toBeLessThanOrEqual(powerDbm);
});

test('the default is twice as fast as the paper’s setting', () => {
  expect(symbolMs(presets.paper) / symbolMs(presets.default)).toBe(2);
  expect(airtimeMs(presets.paper, 50) / airtimeMs(presets.default, 50)).toBe(2);
});

test('more range is some 10 dB more', () => {
  const gained = sensitivityDb(presets.default) - sensitivityDb(presets.range);
  expect(gained).toBeCloseTo(10.5, 1);
});

test('a node of any preset hears no LoRaWAN: the sync word is a private network’s', () => {
  for (const [, { syncWord }] of all) expect(syncWord).toBe(0x12);
});

/** SX1276 datasheet, table 13. */
test.each([
  [6, -5],
  [7, -7.5],
  [8, -10],
  [9, -12.5],
  [10, -15],
  [11, -17.5],
  [12, -20],
])('SF%i is demodulated down to %d dB', (spreadingFactor, snrDb) => {
  expect(demodulationFloorDb(spreadingFactor)).toBe(snrDb);
});
