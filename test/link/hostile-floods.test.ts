import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Radio } from '../../drivers/radio/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { decodeFrame, encodeFrame } from '../../transports/lora/frame.ts';
import { type HostileWorld, hostileWorld } from './hostile-air.ts';
import { untimed } from './transcript.ts';
import { bytes, linkWorld, type WorldInput } from './world.ts';

const route = { net: 0xa5, dst: 2, ackWanted: false } as const;

/** The first fragment of a message nobody will ever send the rest of. */
const beginning = (src: number, last = 2): Uint8Array =>
  encodeFrame({
    type: 'data',
    ...route,
    src,
    seq: src & 0xff,
    index: 0,
    last,
    payload: bytes(200),
  });

const ackOf = (seq: number): Uint8Array =>
  encodeFrame({ type: 'ack', snrMargin: 7, net: 0xa5, dst: 1, seq, bitmapBytes: 1, bitmap: 0b111 });

/** What goes over the air for 600 B of which the receiver misses most, under a disturbance. */
const transcriptOf600 = async (disturb: (world: HostileWorld) => void): Promise<string[]> => {
  const lost = [0, 1, 4, 5, 7];
  let heard = -1;
  const lose: WorldInput['lose'] = ({ radioId }, receiver) => {
    if (radioId !== 'a' || receiver !== 'b') return false;
    heard += 1;
    return lost.includes(heard);
  };
  const world = hostileWorld({ lose });
  disturb(world);
  const sent = world.send('a', 'b', bytes(600));
  await world.clock.runUntil(() => sent.isOver, 60_000);
  expect(sent.delivery).not.toBeNull();
  expect(world.inbox('b').map(({ payload }) => payload)).toEqual([bytes(600)]);
  return untimed(world.transcript);
};

test('forged beginnings from random sources between all rounds cost a message nothing', async () => {
  const random = seededRandom(1, 'sources');
  const flooded = await transcriptOf600((world) => {
    world.medium.transmissions.subscribe(() => {
      for (let count = 0; count < 40; count += 1) {
        const [high = 0, low = 0] = random.bytes(2);
        world.inject('b', beginning(0x100 + high * 0xf0 + low));
      }
    });
  });
  expect(flooded).toEqual(await transcriptOf600(() => undefined));
  expect(flooded.filter((line) => line.startsWith('b ack')).length).toBeGreaterThan(2);
});

test('five thousand acknowledgements a second that nobody waits for change nothing', async () => {
  const stormy = await transcriptOf600((world) => {
    let own: number | undefined;
    world.medium.transmissions.subscribe(({ frame }) => {
      const decoded = decodeFrame(frame);
      if (decoded?.type === 'data') own = decoded.seq;
    });
    const storm = (count: number): void => {
      if (count === 0) return;
      for (let seq = 0; seq < 256; seq += 1) {
        if (own !== undefined && seq !== own) world.inject('a', ackOf(seq));
      }
      world.clock.setTimeout(() => storm(count - 1), 50);
    };
    storm(100);
  });
  expect(stormy).toEqual(await transcriptOf600(() => undefined));
});

/** Says a frame over and over, without listening before, with a pause in between. */
const babble = (world: HostileWorld, radio: Radio, frame: Uint8Array, pauseMs: number): void => {
  radio.transmit(frame).subscribe({
    complete: () => world.clock.setTimeout(() => babble(world, radio, frame, pauseMs), pauseMs),
  });
};

test.each([
  ['noise', bytes(40, 0xee)],
  ['beginnings', beginning(9)],
  ['questions', encodeFrame({ type: 'ackRequest', ...route, src: 1, seq: 9, last: 2, digest: 0 })],
])('a radio that babbles %s half of the time does not keep a message out', async (_, frame) => {
  const world = hostileWorld({ nodes: { a: 1, b: 2, c: 3 } });
  const radio = world.medium.join({ id: 'x', modulation: presets.paper });
  babble(world, radio, frame, 900);
  const sent = [world.send('a', 'b', bytes(600)), world.send('c', 'a', bytes(30))];
  await world.clock.runUntil(() => sent.every(({ isOver }) => isOver), 120_000);
  expect(sent.map(({ delivery }) => delivery !== null)).toEqual([true, true]);
});

test('a peer that never answers holds up neither others nor, once given up, its sender', async () => {
  const world = linkWorld({ nodes: { a: 1, b: 2, c: 3 } });
  const ignored = world.send('a', 77, bytes(600));
  const others = [world.send('c', 'b', bytes(600)), world.send('b', 'c', bytes(600))];
  const next = world.send('a', 'b', bytes(600, 1));
  await world.clock.runUntil(() => others.every(({ isOver }) => isOver));
  expect(others.map(({ delivery }) => delivery !== null)).toEqual([true, true]);
  expect(ignored.isOver).toBe(false);
  await world.clock.runUntil(() => next.isOver);
  expect(ignored.fault).toMatchObject({ code: 'LINK_NO_ACK' });
  expect(next.delivery).not.toBeNull();
});

test('five megabytes of forged fragments leave less than one behind', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const heldBytes = async (): Promise<number> => {
    for (let round = 0; round < 3; round += 1) {
      await new Promise(setImmediate);
      collect();
    }
    return process.memoryUsage().arrayBuffers;
  };
  const world = hostileWorld();
  const beforeBytes = await heldBytes();
  for (let count = 0; count < 25_000; count += 1) {
    world.inject('b', beginning(count % 0xfff0, 1 + (count % 15)));
  }
  expect((await heldBytes()) - beforeBytes).toBeLessThan(1e6);
  const sent = world.send('a', 'b', bytes(600));
  await world.clock.runUntil(() => sent.isOver);
  expect(sent.delivery).not.toBeNull();
});

/** How long 20 messages take where so many senders are acknowledged that nobody hears. */
const tookMs = async (loss: number, forgedSenders: number): Promise<number> => {
  const world = hostileWorld({ modulation: presets.default, loss, dutyCycle: 'unlimited' });
  const ack = { type: 'ack', snrMargin: 7, net: 0xa5, seq: 3, bitmapBytes: 1, bitmap: 1 } as const;
  const forge = (times: number): void => {
    for (let index = 0; index < forgedSenders * times; index += 1)
      world.inject('a', encodeFrame({ ...ack, dst: 100 + (index % forgedSenders) }));
    world.clock.setTimeout(() => forge(1), 55_000);
  };
  forge(5);
  await world.clock.advance(1000);
  const startMs = world.clock.now();
  const all = Array.from({ length: 20 }, (_, value) => world.send('a', 'b', bytes(150, value)));
  await world.clock.runUntil(() => all.every(({ isOver }) => isOver));
  expect(all.every(({ delivery }) => delivery !== null)).toBe(true);
  return world.clock.now() - startMs;
};

test.each([
  [0, 1.3],
  [0.1, 1.5],
  [0.3, 8],
])(
  'forged signs of hidden senders, at loss %d, cost at most %d times the time',
  async (loss, times) => {
    const honestMs = await tookMs(loss, 0);
    for (const forgedSenders of [1, 5, 100])
      expect((await tookMs(loss, forgedSenders)) / honestMs).toBeLessThan(times);
  },
);

test.each([1, 3])(
  'announcements of what never comes (step %d) keep nobody from being reached',
  async (step) => {
    const world = hostileWorld({ modulation: presets.range, nodes: { a: 1, b: 2, c: 3 } });
    const radio = world.medium.join({ id: 'x', modulation: presets.range });
    const longest = { frames: 16, last: 15, frameBytes: 255 };
    const claim = {
      type: 'announce',
      net: 0xa5,
      src: 9,
      dst: 2,
      seq: 1,
      step,
      ...longest,
    } as const;
    babble(world, radio, encodeFrame(claim), 3000);
    await world.clock.advance(500);
    const sent = [world.send('a', 'b', bytes(600)), world.send('b', 'c', bytes(600))];
    await world.clock.runUntil(() => sent.every(({ isOver }) => isOver), 120_000);
    expect(sent.map(({ delivery }) => delivery !== null)).toEqual([true, true]);
  },
);
