import { expect, test } from 'vitest';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { seededRandom } from '../seeded-random.ts';
import { type AlohaInput, simulateAloha } from './aloha.ts';
import { settingOf } from './experiment.ts';

const DAY_MS = 86_400_000;
const SEEDS = [1, 2, 3];

const run = (seed: number, given: Partial<AlohaInput>) =>
  simulateAloha(
    {
      ...{ nodes: 100, durationMs: DAY_MS, periodMs: 1_000_000, payloadBytes: 20 },
      ...{ model: 'lorasim', experiment: 0, traffic: 'poisson', ...given },
    },
    seededRandom(seed, 'aloha'),
  );

/** Over so many seeds. */
const ratio = (given: Partial<AlohaInput>, seeds: readonly number[] = SEEDS): number =>
  seeds.reduce((sum, seed) => sum + run(seed, given).deliveryRatio, 0) / seeds.length;

/** Frames of 100 nodes in ten days, whatever the number of nodes. */
const durationMs = (nodes: number): number => (1000 * DAY_MS) / nodes;

/** LoRaSim with its full collision check, run for 58 days. */
test.each([
  [100, 0.763],
  [500, 0.277],
  [1000, 0.109],
])('%i nodes deliver as many as in LoRaSim', (nodes, expected) => {
  expect(Math.abs(ratio({ nodes, durationMs: durationMs(nodes) }) - expected)).toBeLessThan(0.01);
});

const AIRTIME_MS = airtimeMs(settingOf(0, 20, 0, Math.random), 20);

test.each([100, 500, 1000])(
  '%i nodes, where frames that meet are lost, by the formula',
  (nodes) => {
    const expected = Math.exp((-2 * nodes * AIRTIME_MS) / 1_000_000);
    const got = ratio({ nodes, model: 'simple', durationMs: durationMs(nodes) });
    expect(Math.abs(got - expected)).toBeLessThan(0.005);
  },
);

/** ns-3's lorawan: 20 B and LoRaWAN's 13 at SF12 each 1,000 s. At so regular a traffic seeds differ. */
test.each([
  [100, 0.77],
  [500, 0.332],
  [1000, 0.127],
])('%i nodes deliver as many as in ns-3', (nodes, expected) => {
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  const given = { experiment: 4, model: 'ns3', traffic: 'periodic', payloadBytes: 33 } as const;
  const got = ratio({ ...given, nodes, durationMs: durationMs(nodes) / 20 }, seeds);
  expect(Math.abs(got - expected)).toBeLessThan(0.03);
});

test('three channels carry more than one, and shorter frames more than long ones', () => {
  const [long, three, short] = ([0, 1, 2] as const).map((experiment) =>
    ratio({ nodes: 500, experiment, durationMs: DAY_MS / 2 }),
  ) as [number, number, number];
  expect(three).toBeGreaterThan(long);
  expect(short).toBeGreaterThan(three);
});

test('on the field that LoRaSim means, wider than what it makes, nodes need slower settings', () => {
  const given = { nodes: 500, experiment: 3 } as const;
  expect(ratio({ ...given, model: 'corrected' })).toBeLessThan(ratio(given) - 0.05);
});

test('a node alone loses nothing, and all that began is counted', () => {
  for (const model of ['lorasim', 'simple', 'corrected', 'ns3'] as const) {
    const { sent, delivered, events } = run(1, { nodes: 1, model });
    expect(sent).toBeGreaterThan(50);
    expect(sent - delivered).toBeLessThanOrEqual(1);
    expect(events).toBe(sent + delivered);
  }
});

test('the same seed gives the same, another seed another', () => {
  expect(run(1, {})).toEqual(run(1, {}));
  expect(run(2, {})).not.toEqual(run(1, {}));
});
