import { expect, test } from 'vitest';
import { MODULATION } from '../../test/radio/scene.ts';
import { HeapClock } from '../heap-clock.ts';
import { seededRandom } from '../seeded-random.ts';
import { simulatedMedium } from './medium.ts';
import { logDistance, type Position } from './path-loss.ts';
import { logNormalShadowing, type Shadowing } from './shadowing.ts';

test.each([
  [40, 127.41],
  [400, 127.41 + 20.8],
  [4000, 127.41 + 2 * 20.8],
  [0, 127.41 - 20.8 * Math.log10(40)],
])("LoRaSim's loss over %i m is %f dB", (metres, lossDb) => {
  expect(logDistance()(metres)).toBeCloseTo(lossDb, 9);
});

test('in free space twice as far is 6 dB less', () => {
  const loss = logDistance({ referenceLossDb: 31.2, referenceDistanceM: 1, exponent: 2 });
  expect(loss(200) - loss(100)).toBeCloseTo(20 * Math.log10(2), 9);
});

const NAMES = Array.from({ length: 100 }, (_, index) => `n${index}`);
const PAIRS = NAMES.flatMap((a) => NAMES.filter((b) => a < b).map((b) => [a, b] as const));

test('shadowing is Gaussian, of the deviation asked for', () => {
  const shadowing = logNormalShadowing(6, seededRandom(1, 'shadowing'));
  const values = PAIRS.map(([a, b]) => shadowing(a, b));
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  const within = values.filter((x) => Math.abs(x) < 6).length / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.3);
  expect(Math.abs(deviation - 6)).toBeLessThan(0.3);
  expect(Math.abs(within - 0.6827)).toBeLessThan(0.03);
});

test('it is the same both ways and whoever is asked about first, and another with another seed', () => {
  const made = (seed: number) => logNormalShadowing(6, seededRandom(seed, 'shadowing'));
  const [one, same, other] = [made(1), made(1), made(2)];
  const backwards = PAIRS.toReversed().map(([a, b]) => same(b, a));
  expect(PAIRS.map(([a, b]) => one(a, b))).toEqual(backwards.toReversed());
  expect(other('n0', 'n1')).not.toBe(one('n0', 'n1'));
});

/** How loud `b` hears `a`, and `a` hears `b`. */
const heard = async (positions: readonly [Position, Position], shadowing?: Shadowing) => {
  const clock = new HeapClock();
  const random = seededRandom(1, 'medium');
  const medium = simulatedMedium({ clock, random, ...(shadowing && { shadowing }) });
  const [a, b] = positions.map((position) => medium.join({ modulation: MODULATION, position }));
  const rssi: number[] = [];
  for (const [from, to] of [
    [a, b],
    [b, a],
  ]) {
    to?.receptions.subscribe(({ rssiDbm }) => rssi.push(rssiDbm));
    from?.transmit(Uint8Array.of(1)).subscribe();
    await clock.advance(100);
  }
  return rssi;
};

test('a frame is heard with its power less path loss and shadowing, the same both ways', async () => {
  const there = { x: 30, y: 40 };
  const lossDb = 127.41 + 20.8 * Math.log10(50 / 40);
  const [to, back] = await heard([{ x: 0, y: 0 }, there]);
  expect(to).toBeCloseTo(14 - lossDb, 9);
  expect(back).toBe(to);
  const [shadowed, backwards] = await heard([{ x: 0, y: 0 }, there], () => -7);
  expect(shadowed).toBeCloseTo(14 - lossDb + 7, 9);
  expect(backwards).toBe(shadowed);
});
