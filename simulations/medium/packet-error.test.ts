import { expect, test } from 'vitest';
import { payloadSymbols } from '../../protocol/lora/airtime.ts';
import { demodulationFloorDb } from '../../protocol/lora/modulation.ts';
import { fatesOf, MODULATION } from '../../test/radio/scene.ts';
import { seededRandom } from '../seeded-random.ts';
import { gaussianTail } from './gaussian-tail.ts';
import { noiseDbm } from './noise.ts';
import { gradualFloor, packetErrorRate } from './packet-error.ts';

const FACTORS = [6, 7, 8, 9, 10, 11, 12];
const with_ = (spreadingFactor: number, codingRateDenominator = 6) => ({
  ...{ ...MODULATION, spreadingFactor, codingRateDenominator },
});

test.each([
  [0, 0.5],
  [1, 0.158655254],
  [-1, 0.841344746],
  [3, 1.349898e-3],
  [5, 2.866516e-7],
])('Q(%f) is %f', (x, tail) => {
  expect(gaussianTail(x) / tail).toBeCloseTo(1, 5);
});

test.each(FACTORS)('at its floor SF%i loses 1 %% of frames of 64 B, as promised', (factor) => {
  const floorDb = demodulationFloorDb(factor);
  expect(packetErrorRate(floorDb, with_(factor), 64)).toBeCloseTo(0.01, 6);
  expect(packetErrorRate(floorDb - 3, with_(factor), 64)).toBeGreaterThan(0.9);
  expect(packetErrorRate(floorDb + 2, with_(factor), 255)).toBeLessThan(1e-4);
});

/** I0(z)·e^(−z): its series for great z, else its integral. */
const scaledBessel = (z: number): number => {
  if (z > 30) return (1 + 1 / (8 * z) + 9 / (128 * z * z)) / Math.sqrt(2 * Math.PI * z);
  let sum = 0;
  for (let k = 0.5; k < 24; k += 1) sum += Math.exp(z * (Math.cos((Math.PI * k) / 24) - 1));
  return sum / 24;
};

/**
 * Symbol error rate of a non-coherent detector of 2^SF orthogonal chirps, by integration: the
 * right one's amplitude is Rician, the greatest of the others' is what Rayleigh's are.
 */
const exactSymbolErrorRate = (snrDb: number, spreadingFactor: number): number => {
  const chips = 2 ** spreadingFactor;
  const amplitude = Math.sqrt(2 * chips * 10 ** (snrDb / 10));
  const step = 0.02;
  let right = 0;
  for (let x = step / 2; x < amplitude + 8; x += step) {
    const rician = x * Math.exp(-((x - amplitude) ** 2) / 2) * scaledBessel(x * amplitude);
    right += step * rician * (1 - Math.exp((-x * x) / 2)) ** (chips - 1);
  }
  return 1 - right;
};

test.each([7, 9])('SF%i falls off as an exact detector does', (factor) => {
  const symbols = payloadSymbols(with_(factor, 5), 20) - 8;
  // Where the exact one loses a tenth of frames, and so much above.
  const lost = (snrDb: number) => {
    const error = exactSymbolErrorRate(snrDb, factor);
    const header = (1 - error) ** 8 + 8 * error * (1 - error) ** 7;
    return 1 - header * (1 - error) ** symbols;
  };
  const crossing = (rate: number, of: (snrDb: number) => number): number => {
    let [low, high] = [-30, 0];
    for (let step = 0; step < 11; step += 1) {
      const middle = (low + high) / 2;
      [low, high] = of(middle) > rate ? [middle, high] : [low, middle];
    }
    return low;
  };
  const model = (snrDb: number) => packetErrorRate(snrDb, with_(factor, 5), 20);
  for (const [more, less] of [
    [0.5, 0.1],
    [0.1, 0.01],
  ] as const) {
    const exactDb = crossing(less, lost) - crossing(more, lost);
    const modelDb = crossing(less, model) - crossing(more, model);
    expect(Math.abs(exactDb - modelDb)).toBeLessThan(0.15);
  }
});

test('longer frames are lost more often, and 4/8 saves some', () => {
  const snrDb = demodulationFloorDb(7) - 0.5;
  const rate = (length: number, denominator: number) =>
    packetErrorRate(snrDb, with_(7, denominator), length);
  expect(rate(200, 5)).toBeGreaterThan(2 * rate(50, 5));
  expect(rate(50, 8)).toBeLessThan(rate(50, 5) / 5);
});

/** The power with which a frame from the origin has this SNR there. */
const powerFor = (snrDb: number): number =>
  snrDb + noiseDbm(MODULATION.bandwidthHz) + 127.41 - 20.8 * Math.log10(40);

const FLOOR_DB = demodulationFloorDb(MODULATION.spreadingFactor);

test('with a sharp floor a frame arrives just above it, and never below', async () => {
  const said = (offsetDb: number) => [{ atMs: 0, powerDbm: powerFor(FLOOR_DB + offsetDb) }];
  expect(await fatesOf(said(0.01))).toEqual(['received']);
  expect(await fatesOf(said(-0.01))).toEqual(['below-sensitivity']);
});

test('drawn, the share that arrives is what the curve says, and comes from the seed', async () => {
  const snrDb = FLOOR_DB - 1;
  const frames = Array.from({ length: 1000 }, (_, index) => ({
    ...{ atMs: 200 * index, powerDbm: powerFor(snrDb) },
  }));
  const run = (seed: number) =>
    fatesOf(frames, { packetErrors: gradualFloor, random: seededRandom(seed, 'medium') });
  const fates = await run(1);
  const lost = fates.filter((fate) => fate === 'below-sensitivity').length / frames.length;
  const expected = packetErrorRate(snrDb, MODULATION, 50);
  expect(expected).toBeGreaterThan(0.1);
  expect(Math.abs(lost - expected)).toBeLessThan(0.05);
  expect(await run(1)).toEqual(fates);
  expect(await run(2)).not.toEqual(fates);
});
