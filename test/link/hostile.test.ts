import { expect, test } from 'vitest';
import type { Radio } from '../../drivers/radio/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { encodeFrame, type Frame } from '../../transports/lora/frame.ts';
import { MAX_ROUNDS } from '../../transports/lora/rounds.ts';
import { losing, untimed } from './transcript.ts';
import { bytes, type LinkWorld, linkWorld } from './world.ts';

/** An attacker's radio, which hears and says what it likes. */
const attackerIn = (world: LinkWorld): Radio =>
  world.medium.join({ id: 'x', modulation: presets.paper });

const say = async (world: LinkWorld, radio: Radio, frame: Uint8Array): Promise<void> => {
  radio.transmit(frame).subscribe();
  await world.clock.advance(1000);
};

const data = (payload: Uint8Array, seq = 9): Extract<Frame, { type: 'data' }> => ({
  type: 'data',
  ackWanted: true,
  net: 0xa5,
  dst: 2,
  src: 1,
  seq,
  index: 0,
  last: 0,
  payload,
});

test('a forged message under the same sequence number does not swallow the next', async () => {
  const world = linkWorld();
  const attacker = attackerIn(world);
  await say(world, attacker, encodeFrame(data(bytes(40, 1))));
  await say(world, attacker, encodeFrame(data(bytes(40, 2))));
  await say(world, attacker, encodeFrame(data(bytes(40, 2))));
  expect(world.inbox('b').map(({ payload }) => payload[0])).toEqual([1, 2]);
  expect(untimed(world.transcript).filter((line) => line.startsWith('b ack'))).toHaveLength(3);
});

test('an old frame replayed late comes through: what is new is for the envelope to say', async () => {
  const world = linkWorld();
  const attacker = attackerIn(world);
  await say(world, attacker, encodeFrame(data(bytes(40))));
  await world.clock.advance(60_000);
  await say(world, attacker, encodeFrame(data(bytes(40))));
  expect(world.inbox('b')).toHaveLength(2);
});

test('an acknowledgement of something else ends nothing', async () => {
  const world = linkWorld({ lose: losing(0) });
  const attacker = attackerIn(world);
  let seq = 0;
  attacker.receptions.subscribe(({ frame }) => {
    seq = frame[6] as number;
  });
  const sent = world.send('a', 'b', bytes(200));
  await world.clock.advance(340);
  const ack = {
    type: 'ack',
    snrMargin: 0,
    net: 0xa5,
    dst: 1,
    seq,
    bitmapBytes: 1,
    bitmap: 1,
  } as const;
  const others = [
    { ...ack, seq: (seq + 1) & 0xff },
    { ...ack, net: 0 },
    { ...ack, dst: 3 },
    { ...ack, bitmapBytes: 2 as const },
  ];
  for (const other of others) {
    attacker.transmit(encodeFrame(other)).subscribe();
    await world.clock.advance(50);
    expect(sent.isOver).toBe(false);
  }
  await world.clock.advance(5000);
  expect(sent.delivery).not.toBeNull();
  expect(world.inbox('b')).toHaveLength(1);
});

test('a receiver that never has enough is given up too', async () => {
  const world = linkWorld({ nodes: { a: 1 }, dutyCycle: 'unlimited' });
  const attacker = attackerIn(world);
  attacker.receptions.subscribe(({ frame }) => {
    const [seq] = [frame[6] as number];
    const ack = { type: 'ack', snrMargin: 0, net: 0xa5, dst: 1, seq, bitmapBytes: 1 } as const;
    attacker.transmit(encodeFrame({ ...ack, bitmap: 0 })).subscribe();
  });
  const sent = world.send('a', 2, bytes(100));
  await world.clock.advance(120_000);
  expect(sent).toMatchObject({ isOver: true, fault: { code: 'LINK_NO_ACK' } });
  expect(world.transcript).toHaveLength(2 * MAX_ROUNDS);
});

test('a question about a message nobody has is answered with nothing', async () => {
  const world = linkWorld();
  const ask = {
    type: 'ackRequest',
    net: 0xa5,
    dst: 2,
    src: 1,
    seq: 3,
    last: 2,
    digest: 0,
  } as const;
  await say(world, attackerIn(world), encodeFrame(ask));
  expect(untimed(world.transcript)).toEqual(['x ask', 'b ack 0']);
});

test('what no sender cuts so is not answered', async () => {
  const world = linkWorld();
  const short = { ...data(bytes(50)), last: 2 };
  await say(world, attackerIn(world), encodeFrame(short));
  await say(world, attackerIn(world), encodeFrame({ ...short, type: 'parity' }));
  expect(untimed(world.transcript)).toEqual(['x data 0/2', 'x parity 0/2']);
});
