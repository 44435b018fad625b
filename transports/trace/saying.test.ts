import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import type { Transmission } from '../../simulations/medium/transmission.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { traced } from '../../test/trace/frames.ts';
import { HOUR_MS } from '../lora/duty-cycle.ts';
import type { Channel, TracedFrame } from './frame.ts';
import { type Said, sayTrace } from './saying.ts';

const CHANNEL = traced().channel;

/** What is on the air when a trace is said; times count from the first bit. */
const saying = async (frames: readonly TracedFrame[]) => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const onAir: Transmission[] = [];
  medium.transmissions.subscribe((transmission) => onAir.push(transmission));
  const radio = medium.join({ modulation: presets.default });
  let said: Said | null = null;
  const each = async function* () {
    yield* frames;
  };
  void sayTrace({ clock, radio, frames: each() }).then((done) => {
    said = done;
  });
  await clock.runUntil(() => said !== null);
  return { onAir, said: said as unknown as Said };
};

const at = (seconds: number, more: Partial<TracedFrame> = {}): TracedFrame =>
  traced({ atNs: BigInt(seconds * 1e9), ...more });
const on = (channel: Partial<Channel>): Partial<TracedFrame> => ({
  channel: { ...CHANNEL, ...channel },
});

test('frames are said as far apart as they were', async () => {
  const { onAir, said } = await saying([at(10), at(11.5), at(14)]);
  const [first] = onAir;
  expect(onAir.map(({ endMs }) => Math.round(endMs - (first?.endMs ?? 0)))).toEqual([
    0, 1500, 4000,
  ]);
  expect(said).toMatchObject({ frames: 3, waitedMs: 0, leftOut: 0 });
});

test('frames that overlap are said one after the other', async () => {
  const { onAir } = await saying([at(1), at(1), at(1)]);
  for (const [index, { startMs }] of onAir.slice(1).entries())
    expect(startMs).toBeGreaterThanOrEqual(onAir[index]?.endMs as number);
  expect(onAir).toHaveLength(3);
});

test('what is earlier than the one before follows it, and nobody waits for centuries', async () => {
  const { onAir } = await saying([at(100), at(7), at(9e9), at(9e9 + 1)]);
  const ends = onAir.map(({ endMs }) => endMs - (onAir[0]?.endMs ?? 0));
  expect(ends[1]).toBeLessThan(1_000);
  expect(ends[2]).toBeCloseTo(600_000, -3);
  expect((ends[3] ?? 0) - (ends[2] ?? 0)).toBeCloseTo(1_000, 0);
});

test('each is said on its own channel', async () => {
  const { onAir } = await saying([at(1, on({ spreadingFactor: 9 })), at(2)]);
  expect(onAir.map(({ modulation }) => modulation.spreadingFactor)).toEqual([9, 7]);
});

test('no hour holds more than the law allows', async () => {
  const frame = new Uint8Array(255);
  const slow = on({ frequencyHz: 868_100_000, bandwidthHz: 125_000, spreadingFactor: 12 });
  const { onAir, said } = await saying(
    Array.from({ length: 12 }, (_, index) => at(1 + index, { ...slow, frame })),
  );
  expect(onAir).toHaveLength(12);
  for (const { endMs } of onAir) {
    const fromMs = endMs - HOUR_MS;
    const within = onAir.filter((each) => each.endMs > fromMs && each.endMs <= endMs);
    const usedMs = within.reduce((sum, it) => sum + it.endMs - Math.max(it.startMs, fromMs), 0);
    expect(usedMs).toBeLessThan(0.01 * HOUR_MS + 1);
  }
  expect(said.waitedMs).toBeGreaterThan(HOUR_MS / 2);
});

test.each([
  { what: 'on no channel of EU868', channel: { frequencyHz: 915_000_000 } },
  { what: 'that no LoRa modem sends', channel: { spreadingFactor: 4 } },
  { what: 'without a bandwidth', channel: { bandwidthHz: 0 } },
])('a frame $what is left out, and told', async ({ channel }) => {
  const { onAir, said } = await saying([at(1, on(channel)), at(2)]);
  expect(onAir).toHaveLength(1);
  expect(said).toMatchObject({ frames: 1, leftOut: 1 });
});
