import { map } from 'rxjs';
import { expect, test } from 'vitest';
import type { Radio } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { decodeFrame, encodeFrame } from '../../transports/lora/frame.ts';
import { BROADCAST } from '../../transports/lora/interface.ts';
import { losing, untimed } from './transcript.ts';
import { bytes, type LinkWorld, linkWorld, type WorldInput } from './world.ts';

const FOUR = { a: 1, b: 2, c: 3, d: 4 };

/** A world on the `range` preset in which a knows that b hears it well. */
const acquainted = async (input: WorldInput = {}): Promise<LinkWorld> => {
  const world = linkWorld({ modulation: presets.range, ...input });
  world.send('a', 'b', bytes(10));
  await world.clock.advance(10_000);
  return world;
};

const heardWith =
  (snrDb: number) =>
  (_: string, radio: Radio): Radio => ({
    get modulation() {
      return radio.modulation;
    },
    receptions: radio.receptions.pipe(map((heard) => ({ ...heard, snrDb }))),
    troubles: radio.troubles,
    transmit: (frame) => radio.transmit(frame),
    senseActivity: () => radio.senseActivity(),
    tune: (modulation) => radio.tune(modulation),
    close: () => radio.close(),
  });

/** Loses every frame that was announced. */
const losingFast = (): NonNullable<WorldInput['lose']> => {
  let fast = 0;
  return ({ frame }) => {
    const announced = decodeFrame(frame);
    if (announced?.type === 'announce') {
      fast = announced.frames;
      return false;
    }
    fast -= 1;
    return fast >= 0;
  };
};

test('once a peer is known to hear well, a burst is announced and goes at SF7', async () => {
  const world = await acquainted();
  const sent = world.send('a', 'b', bytes(600));
  await world.clock.advance(10_000);
  expect(untimed(world.transcript).slice(2)).toEqual([
    'a announce 3 at step 3',
    'a data 0/2',
    'a data 1/2',
    'a data 2/2',
    'b ack 111',
  ]);
  const fast = { ...presets.range, spreadingFactor: 7 };
  const { startMs, endMs, ...took } = sent.delivery ?? { startMs: 0, endMs: 0 };
  expect(took).toEqual({
    frames: 4,
    bytes: 3 * 208 + 9,
    airtimeMs: expect.closeTo(airtimeMs(presets.range, 9) + 3 * airtimeMs(fast, 208), 6),
  });
  expect(endMs - startMs).toBeLessThan(airtimeMs(presets.range, 208));
  expect(world.inbox('b').at(-1)?.payload).toEqual(bytes(600));
});

test.each([
  [-14, []],
  [-6, ['a announce 3 at step 1']],
  [0, ['a announce 3 at step 3']],
])('heard with %d dB, a message of 600 B is announced so', async (snrDb, announced) => {
  const world = await acquainted({ radioFor: heardWith(snrDb) });
  world.send('a', 'b', bytes(600));
  await world.clock.advance(20_000);
  expect(untimed(world.transcript).filter((line) => line.includes('announce'))).toEqual(announced);
  expect(world.inbox('b')).toHaveLength(2);
});

test('after a silence at a fast rate the message goes on at base, until steps are used up', async () => {
  const world = await acquainted({ lose: losingFast() });
  const sent = world.send('a', 'b', bytes(200));
  await world.clock.runUntil(() => sent.isOver, 100_000);
  const fails = (step: number) => [
    `a announce 1 at step ${step}`,
    'a data 0/0, loss at b',
    'a ask',
    'b ack 0',
  ];
  expect(untimed(world.transcript).slice(2)).toEqual([
    ...[3, 3, 3, 2, 2, 2, 1, 1, 1].flatMap(fails),
    'a data 0/0',
    'b ack 1',
  ]);
});

test('an announcement that is lost costs a silence, not the message', async () => {
  const world = await acquainted({ lose: losing(2) });
  const sent = world.send('a', 'b', bytes(200));
  await world.clock.advance(20_000);
  expect(untimed(world.transcript).slice(2)).toEqual([
    'a announce 1 at step 3, loss at b',
    'a data 0/0',
    'a ask',
    'b ack 0',
    'a announce 1 at step 3',
    'a data 0/0',
    'b ack 1',
  ]);
  expect(sent.delivery).toMatchObject({ frames: 5 });
});

test('who hears an announcement leaves these two alone meanwhile, and nobody else', async () => {
  const world = await acquainted({ nodes: FOUR });
  world.send('a', 'b', bytes(600));
  await world.clock.advance(400);
  const [toBoth, toOther] = ['a', 'd'].map((name) => world.send('c', name, bytes(10))) as [
    ReturnType<LinkWorld['send']>,
    ReturnType<LinkWorld['send']>,
  ];
  await world.clock.advance(10_000);
  expect(toBoth.delivery?.frames).toBe(1);
  expect(toOther.delivery?.frames).toBe(1);
  const ended = (line: string): number => world.transcript.findIndex((each) => each.endsWith(line));
  expect(ended('c data 0/0')).toBeGreaterThan(ended('b ack 111'));
});

test('a broadcast waits until all are back', async () => {
  const world = await acquainted({ nodes: FOUR });
  world.send('a', 'b', bytes(600));
  await world.clock.advance(400);
  world.send('c', BROADCAST, bytes(10));
  await world.clock.advance(10_000);
  for (const name of ['a', 'b', 'd']) expect(world.inbox(name).at(-1)?.payload).toEqual(bytes(10));
});

test('a false announcement leads nobody astray for longer than it announces', async () => {
  const world = linkWorld({ modulation: presets.range, nodes: FOUR });
  const attacker = world.medium.join({ id: 'x', modulation: presets.range });
  const claim = { type: 'announce', step: 3, net: 0xa5, dst: 2, src: 1, seq: 9, last: 0 } as const;
  attacker.transmit(encodeFrame({ ...claim, frames: 1, frameBytes: 255 })).subscribe();
  await world.clock.advance(airtimeMs(presets.range, 9) + 1);
  const sent = world.send('a', 'b', bytes(10));
  const fast = { ...presets.range, spreadingFactor: 7 };
  await world.clock.runUntil(() => sent.isOver, 20_000);
  expect(sent.delivery).toMatchObject({ frames: 1 });
  const waitedMs = (sent.delivery?.startMs as number) - airtimeMs(presets.range, 9);
  expect(waitedMs).toBeLessThan(airtimeMs(fast, 255) + 100);
});

test('one that gives up in the middle of a fast burst is at the base rate again', async () => {
  const world = await acquainted({ nodes: FOUR });
  const unwanted = world.send('a', 'b', bytes(600));
  await world.clock.advance(500);
  unwanted.cancel();
  await world.clock.advance(2000);
  const to = world.send('a', 'd', bytes(10));
  await world.clock.advance(5000);
  const fro = world.send('d', 'a', bytes(10));
  await world.clock.advance(5000);
  expect([to.delivery, fro.delivery]).not.toContain(null);
  expect(untimed(world.transcript).slice(2, 5)).toEqual([
    'a announce 3 at step 3',
    'a data 0/2',
    'a data 0/0',
  ]);
});

/** Until 60 messages of 600 B are there, one after the other. */
const tookMs = async (loss: number, radioFor: WorldInput['radioFor']): Promise<number> => {
  const world = linkWorld({ modulation: presets.range, loss, ...(radioFor && { radioFor }) });
  for (let count = 0; count < 60; count += 1) {
    const sent = world.send('a', 'b', bytes(600, count));
    await world.clock.runUntil(() => sent.isOver);
    expect(sent.fault).toBeNull();
  }
  expect(world.inbox('b')).toHaveLength(60);
  return world.clock.now();
};

test.each([
  [0, 0.25],
  [0.1, 0.4],
  [0.3, 0.9],
])('at %d loss rate steps bring everything in at most %d of the time', async (loss, share) => {
  const atBase = await tookMs(loss, heardWith(-14));
  expect((await tookMs(loss, undefined)) / atBase).toBeLessThan(share);
});
