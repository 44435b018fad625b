import { expect, test } from 'vitest';
import { dutyWeek } from '../../bench/link/duty-week.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { encodeFrame, type Frame } from '../../transports/lora/frame.ts';
import { loraLink } from '../../transports/lora/link.ts';
import { untimed } from './transcript.ts';
import { bytes, type LinkWorld, linkWorld, type Sent } from './world.ts';

const HOUR_MS = 3_600_000;
/** On which an hour holds 3.6 s. */
const NARROW = { ...presets.paper, frequencyHz: 868_950_000 };

/** Messages from one to another until the hour holds no more of them. */
const spend = async (world: LinkWorld, from: string, to: string, length = 200): Promise<Sent> => {
  for (;;) {
    const sent = world.send(from, to, bytes(length));
    await world.clock.advance(1000);
    if (!sent.isOver) return sent;
  }
};

const used = (world: LinkWorld, name: string): number =>
  world.link(name).dutyCycle()?.usedMs as number;

test('the hour spent, a message waits until it has slid, and the queue says when it is full', async () => {
  const world = linkWorld({ modulation: NARROW });
  const waiting = await spend(world, 'a', 'b');
  expect(world.link('a').dutyCycle()).toMatchObject({ subBand: '868.7-869.2 MHz', limit: 0.001 });
  expect(used(world, 'a')).toBeGreaterThan(2500);
  const more = Array.from({ length: 32 }, () => world.send('a', 'b', bytes(10)));
  expect(more.at(-1)).toMatchObject({ fault: { code: 'LINK_QUEUE_FULL' } });
  await world.clock.advance(0.9 * HOUR_MS);
  expect(waiting.isOver).toBe(false);
  await world.clock.advance(0.1 * HOUR_MS);
  expect(waiting.delivery).not.toBeNull();
});

test('acknowledgements go on from their reserve, and a message that matters more from its own', async () => {
  const world = linkWorld({ modulation: NARROW, nodes: { a: 1, b: 2, c: 3 } });
  const waiting = await spend(world, 'a', 'b', 60);
  const before = used(world, 'a');
  const toSpent = world.send('b', 'a', bytes(20));
  await world.clock.advance(1000);
  expect(toSpent.delivery).not.toBeNull();
  const urgent = world.send('a', 'c', bytes(20), 1);
  await world.clock.advance(1000);
  expect([urgent.delivery !== null, waiting.isOver]).toEqual([true, false]);
  expect(used(world, 'a')).toBeGreaterThan(before);
});

test('when that reserve has gone too it is silent', async () => {
  const world = linkWorld({ modulation: NARROW, nodes: { a: 1, b: 2, c: 3, d: 4 } });
  await spend(world, 'a', 'b', 20);
  for (const from of ['b', 'c', 'd']) await spend(world, from, 'a', 5);
  expect(used(world, 'a')).toBeLessThanOrEqual(3600);
  expect(used(world, 'a')).toBeGreaterThan(3500);
  const framesBefore = world.transcript.length;
  const unheard = world.send('b', 'a', bytes(5), 1);
  await world.clock.advance(10_000);
  expect(unheard.delivery).toBeNull();
  expect(untimed(world.transcript.slice(framesBefore)).filter((line) => line[0] === 'a')).toEqual(
    [],
  );
});

test('what is longer than an hour allows fails at once, and what comes after it goes', async () => {
  const world = linkWorld({ modulation: NARROW });
  const [long, short] = [world.send('a', 'b', bytes(3000)), world.send('a', 'b', bytes(10))];
  await world.clock.advance(2000);
  expect(long.fault).toMatchObject({ code: 'LINK_DUTY_CYCLE' });
  expect(short.delivery).not.toBeNull();
});

test('a channel of no sub-band is refused, but for a link without limit', () => {
  const modulation = { ...presets.paper, frequencyHz: 915_000_000 };
  expect(() => linkWorld({ modulation })).toThrow(
    expect.objectContaining({ code: 'LINK_FREQUENCY' }),
  );
  const world = linkWorld({ modulation, dutyCycle: 'unlimited' });
  expect(world.link('a').dutyCycle()).toBeNull();
});

test('a dead peer costs the first message its patience and the others a question now and then', async () => {
  const world = linkWorld({ nodes: { a: 1, b: 2 } });
  const lost = world.send('a', 9, bytes(600));
  await world.clock.runUntil(() => lost.isOver);
  const [startMs, spentMs] = [world.clock.now(), used(world, 'a')];
  while (world.clock.now() < startMs + HOUR_MS / 2) {
    world.send('a', 9, bytes(600));
    await world.clock.advance(500);
  }
  expect(used(world, 'a') - spentMs).toBeLessThan(0.15 * 36_000);
  const frames = untimed(world.transcript).filter((line) => !line.startsWith('a ask'));
  expect(frames).toEqual(['a data 0/2', 'a data 1/2', 'a data 2/2']);
  const next = world.send('a', 'b', bytes(600));
  await world.clock.advance(3000);
  expect(next.delivery).not.toBeNull();
});

test('a peer that comes back is spoken to as ever, as soon as it is heard', async () => {
  const world = linkWorld();
  world.link('b').close();
  const lost = world.send('a', 'b', bytes(600));
  await world.clock.runUntil(() => lost.isOver);
  const refused = [1, 2].map(() => world.send('a', 'b', bytes(600)));
  await world.clock.advance(3000);
  expect(refused.map(({ fault }) => fault?.code)).toEqual(['LINK_NO_ACK', 'LINK_NO_ACK']);
  const reborn = loraLink({
    radio: world.medium.join({ id: 'b2', modulation: presets.paper }),
    clock: world.clock,
    random: seededRandom(2, 'b'),
    addresses: [2],
  });
  reborn.send({ net: 0xa5, src: 2, dst: 1, payload: bytes(10) }).subscribe();
  await world.clock.advance(1000);
  const sent = world.send('a', 'b', bytes(600));
  await world.clock.advance(3000);
  expect(sent.delivery).not.toBeNull();
});

/** An hour of somebody who says the same, over and over, with such pauses. */
const babble = async (world: LinkWorld, frame: Frame, pauseMs: number): Promise<void> => {
  const radio = world.medium.join({ id: 'x', modulation: presets.paper });
  const encoded = encodeFrame(frame);
  const say = (): void => {
    if (world.clock.now() > HOUR_MS) return;
    radio.transmit(encoded).subscribe({ complete: () => world.clock.setTimeout(say, pauseMs) });
  };
  say();
  await world.clock.advance(1000);
};

const route = { net: 0xa5, dst: 2, src: 1, seq: 3 } as const;
const question: Frame = { type: 'ackRequest', ...route, last: 2, digest: 0 };
const noise: Frame = {
  type: 'data',
  ...route,
  dst: 77,
  ackWanted: true,
  index: 0,
  last: 0,
  payload: bytes(200),
};

test('a storm of questions from one source leaves others theirs, and holds no message back for ever', async () => {
  const world = linkWorld({ nodes: { a: 1, b: 2, c: 3 } });
  await babble(world, question, 500);
  await world.clock.advance(HOUR_MS / 4);
  expect(used(world, 'b')).toBeGreaterThan(14_000);
  expect(used(world, 'b')).toBeLessThan(15_500);
  const sent = [world.send('b', 'a', bytes(100)), world.send('c', 'b', bytes(100))];
  await world.clock.advance(10_000);
  expect(sent.map(({ delivery }) => delivery !== null)).toEqual([true, true]);
});

test('a babbling radio holds no message back for ever', async () => {
  const world = linkWorld();
  await babble(world, noise, 0);
  const all = [1, 2].map((value) => world.send('a', 'b', bytes(100, value)));
  const after = world.send('a', 'b', bytes(100, 3));
  await world.clock.runUntil(() => all.every(({ isOver }) => isOver), HOUR_MS);
  expect(all.every(({ isOver }) => isOver)).toBe(true);
  expect(used(world, 'a')).toBeLessThan(36_000);
  await world.clock.runUntil(() => after.isOver, 1.2 * HOUR_MS);
  expect(after.isOver).toBe(true);
});

test.each([
  { name: '0.1 %', modulation: NARROW, hours: 48, payloadBytes: 300 },
  { name: 'default', modulation: presets.default, hours: 1.5, payloadBytes: 900 },
])('overload and power cuts never exceed the law ($name)', async (input) => {
  const week = await dutyWeek({ ...input, uptimeHours: input.hours / 8 });
  expect(week.dutyExceeded).toBe(false);
  expect(week.powerCuts).toBeGreaterThan(5);
  expect(week.used).toBeGreaterThan(0.5);
  expect(week.writesPerHour).toBeLessThan(130);
});

test('airtime of what was sent is what was counted', async () => {
  const world = linkWorld();
  const sent = world.send('a', 'b', bytes(600));
  await world.clock.advance(5000);
  expect(used(world, 'a')).toBeCloseTo(sent.delivery?.airtimeMs as number, 6);
  expect(used(world, 'b')).toBeCloseTo(airtimeMs(presets.paper, 6), 6);
});
