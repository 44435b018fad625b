import { expect, test } from 'vitest';
import { BROADCAST } from '../../transports/lora/interface.ts';
import { isExtended } from '../extended.ts';
import { bytes, linkWorld, type Sent } from './world.ts';

const numbered = (length: number, number: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i === 0 ? number >> 8 : i === 1 ? number : number * i));

/** Messages one after the other, each `apartMs` after the end of the last. */
const series = async (seed: number, loss: number, length: number, count: number) => {
  const world = linkWorld({ seed, loss, dutyCycle: 'unlimited' });
  const all: { sent: Sent; tookMs: number }[] = [];
  for (let number = 0; number < count; number += 1) {
    const startMs = world.clock.now();
    const sent = world.send('a', 'b', numbered(length, number));
    await world.clock.runUntil(() => sent.isOver);
    all.push({ sent, tookMs: world.clock.now() - startMs });
    await world.clock.advance(100);
  }
  const meanMs = all.reduce((sum, { tookMs }) => sum + tookMs, 0) / count;
  return { world, all, meanMs };
};

test.each([
  [0, 600, 1030],
  [0.1, 600, 1270],
  [0.3, 600, 1935],
])('at %d loss %d B take at most %d ms in the mean, and none is lost', async (loss, length, ms) => {
  const { world, all, meanMs } = await series(1, loss, length, isExtended ? 300 : 100);
  expect(all.filter(({ sent }) => sent.delivery === null)).toEqual([]);
  expect(world.inbox('b').map(({ payload }) => payload)).toEqual(
    all.map((_, number) => numbered(length, number)),
  );
  expect(meanMs).toBeLessThanOrEqual(ms);
});

test.each([0.3, 0.5])('at %d loss what is acknowledged was delivered, once', async (loss) => {
  for (const [seed, length] of [
    [1, 30],
    [2, 200],
    [3, 900],
  ] as const) {
    const { world, all } = await series(seed, loss, length, isExtended ? 300 : 100);
    const arrived = world
      .inbox('b')
      .map(({ payload }) => ((payload[0] ?? 0) << 8) + (payload[1] ?? 0));
    const acknowledged = all.flatMap(({ sent }, number) => (sent.delivery ? [number] : []));
    expect(new Set(arrived).size).toBe(arrived.length);
    expect(arrived).toEqual(expect.arrayContaining(acknowledged));
    expect(acknowledged.length).toBeGreaterThanOrEqual(0.99 * all.length);
  }
});

test('the same seed gives the same transcript, another seed another', async () => {
  const transcript = async (seed: number) => (await series(seed, 0.3, 600, 10)).world.transcript;
  const first = await transcript(1);
  expect(await transcript(1)).toEqual(first);
  expect(await transcript(2)).not.toEqual(first);
});

test('a broadcast whose frames are all lost stays lost to that receiver alone', async () => {
  const world = linkWorld({
    nodes: { a: 1, b: 2, c: 3 },
    lose: (_, receiver) => receiver === 'b',
  });
  world.send('a', BROADCAST, bytes(100));
  await world.clock.advance(5000);
  expect(world.inbox('b')).toHaveLength(0);
  expect(world.inbox('c')).toHaveLength(1);
});

test.each([100, 300, 900])(
  'at 0.3 loss nine of ten listeners have a broadcast of %d B',
  async (length) => {
    const world = linkWorld({ nodes: { a: 1, b: 2, c: 3, d: 4 }, loss: 0.3 });
    for (let number = 0; number < 100; number += 1) {
      const sent = world.send('a', BROADCAST, numbered(length, number));
      await world.clock.runUntil(() => sent.isOver);
    }
    const arrived = ['b', 'c', 'd'].flatMap((name) => world.inbox(name));
    expect(arrived.length / 300).toBeGreaterThan(0.87);
    expect(arrived.length).toBeLessThanOrEqual(300);
  },
);
