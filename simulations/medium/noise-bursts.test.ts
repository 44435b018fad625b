import { expect, test } from 'vitest';
import { FRAME_MS, fatesOf, MODULATION } from '../../test/radio/scene.ts';
import { HeapClock } from '../heap-clock.ts';
import { seededRandom } from '../seeded-random.ts';
import { simulatedMedium } from './medium.ts';
import { gilbertElliott, type NoiseBursts } from './noise-bursts.ts';

const MEANS = { meanQuietMs: 300, meanBurstMs: 100 };
const bursts = (seed = 1, options = {}) =>
  gilbertElliott({ random: seededRandom(seed, 'bursts'), ...MEANS, ...options });

/** Whether there is noise, every so often. */
const samples = (noise: NoiseBursts, everyMs: number, count: number, receiver = 'a') =>
  Array.from({ length: count }, (_, i) => noise.peakMw(receiver, i * everyMs, i * everyMs) > 0);

const share = (values: readonly boolean[]): number => values.filter(Boolean).length / values.length;

test('noise takes its share of the time, from the beginning', () => {
  const noise = bursts();
  expect(Math.abs(share(samples(noise, 100, 10_000)) - 0.25)).toBeLessThan(0.03);
  const atOnce = Array.from({ length: 3000 }, (_, i) => noise.peakMw(`${i}`, 0, 0) > 0);
  expect(Math.abs(share(atOnce) - 0.25)).toBeLessThan(0.03);
});

test('bursts and silences last as long as asked for, on average and spread', () => {
  const values = samples(bursts(), 2, 150_000);
  const lengths: Record<string, number[]> = { true: [], false: [] };
  let since = 0;
  values.forEach((isNoise, i) => {
    if (i === 0 || isNoise === values[i - 1]) return;
    if (since > 0) lengths[`${values[i - 1]}`]?.push(2 * (i - since));
    since = i;
  });
  for (const [isNoise, meanMs] of [
    [true, 100],
    [false, 300],
  ] as const) {
    const all = lengths[`${isNoise}`] as number[];
    const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
    expect(Math.abs(mean / meanMs - 1)).toBeLessThan(0.1);
    // Exponential: e⁻¹ of them are longer than the mean.
    expect(Math.abs(share(all.map((x) => x > meanMs)) - Math.exp(-1))).toBeLessThan(0.06);
  }
});

test('receivers suffer on their own, from the seed, whoever is asked about and when', () => {
  const [one, same] = [bursts(), bursts()];
  const a = samples(one, 10, 500, 'a');
  const b = samples(one, 10, 500, 'b');
  expect(samples(same, 10, 500, 'b')).toEqual(b);
  expect(samples(same, 10, 500, 'a')).toEqual(a);
  expect(a).not.toEqual(b);
  expect(samples(bursts(2), 10, 500, 'a')).not.toEqual(a);
});

test('a time may be asked about again while a frame is on the air', () => {
  const noise = bursts();
  const forward = samples(noise, 10, 1000);
  noise.peakMw('a', 0, 500_000);
  expect(samples(noise, 10, 1000)).toEqual(forward);
});

test('a frame is lost if it meets a burst, as often as it should be', async () => {
  const [meanQuietMs, meanBurstMs] = [500, 100];
  const frames = Array.from({ length: 1000 }, (_, i) => ({ atMs: 1000 * i }));
  const noiseBursts = bursts(1, { meanQuietMs, meanBurstMs });
  const fates = await fatesOf(frames, { noiseBursts });
  const lost = share(fates.map((fate) => fate === 'noise-burst'));
  const neededMs = FRAME_MS - 3 * 1.024;
  const quiet = meanQuietMs / (meanQuietMs + meanBurstMs);
  expect(Math.abs(lost - (1 - quiet * Math.exp(-neededMs / meanQuietMs)))).toBeLessThan(0.04);
  expect(new Set(fates)).toEqual(new Set(['received', 'noise-burst']));
});

/** Noise of this power in a time. */
const burst = (fromMs: number, toMs: number, powerDbm = 0): NoiseBursts => ({
  peakMw: (_, from, to) => (from <= toMs && to >= fromMs ? 10 ** (powerDbm / 10) : 0),
});

const LOUD_DBM = 14 - 127.41 + 20.8 * Math.log10(40);

test('a burst breaks what it drowns by the demodulation floor, and no more', async () => {
  const fate = (powerDbm: number) =>
    fatesOf([{ atMs: 0 }], { noiseBursts: burst(50, 51, powerDbm) });
  expect(await fate(LOUD_DBM + 7.4)).toEqual(['received']);
  expect(await fate(LOUD_DBM + 7.6)).toEqual(['noise-burst']);
});

test('after the header a burst breaks the CRC, before it the frame is never heard of', async () => {
  const arrivals: boolean[] = [];
  for (const atMs of [1, 5, 15, 50]) {
    const clock = new HeapClock();
    const noiseBursts = burst(atMs, atMs + 0.1);
    const random = seededRandom(1, 'medium');
    const medium = simulatedMedium({ clock, random, noiseBursts });
    const [sender, receiver] = [medium.attach(), medium.attach()];
    receiver.arrivals.subscribe(({ isIntact }) => arrivals.push(isIntact));
    receiver.listen(MODULATION);
    sender.transmit(new Uint8Array(50), MODULATION, () => {});
    await clock.advance(1000);
  }
  // At 1 ms no preamble is needed yet; 5 ms is within it, 15 ms in the header, 50 ms behind it.
  expect(arrivals).toEqual([true, false]);
});

test('a burst is heard as power, and hides what is on the air', async () => {
  const clock = new HeapClock();
  const noiseBursts = burst(30, 60, -20);
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium'), noiseBursts });
  const [sender, receiver] = [medium.attach(), medium.attach()];
  sender.transmit(new Uint8Array(50), MODULATION, () => {});
  await clock.advance(10);
  expect(receiver.detects(MODULATION, 5)).toBe(true);
  await clock.advance(30);
  expect(receiver.detects(MODULATION, 35)).toBe(false);
  expect(receiver.powerDbm(MODULATION)).toBeCloseTo(-20, 1);
});
