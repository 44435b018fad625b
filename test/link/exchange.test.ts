import { throwError } from 'rxjs';
import { expect, test } from 'vitest';
import type { Hearing } from '../../drivers/radio/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { BROADCAST } from '../../transports/lora/interface.ts';
import { TURNAROUND_MS } from '../../transports/lora/link.ts';
import { MAX_SILENCES } from '../../transports/lora/rounds.ts';
import { giveUpMs } from '../../transports/lora/timing.ts';
import { losing, untimed } from './transcript.ts';
import { bytes, linkWorld } from './world.ts';

test('a message of one frame and its acknowledgement', async () => {
  const world = linkWorld();
  const sent = world.send('a', 'b', bytes(100));
  await world.clock.advance(5000);
  expect(world.transcript).toEqual(['2 a data 0/0', '192 b ack 1']);
  const { rssiDbm, snrDb, ...message } = world.inbox('b')[0] ?? {};
  expect(message).toEqual({ net: 0xa5, src: 1, dst: 2, payload: bytes(100) });
  expect([rssiDbm, snrDb]).toEqual([expect.any(Number), expect.any(Number)]);
  expect(sent.delivery).toEqual({
    startMs: 2.048,
    endMs: expect.closeTo(227.72, 2),
    frames: 1,
    bytes: 108,
    airtimeMs: airtimeMs(presets.paper, 108),
  });
});

test('600 B: a burst of three equal fragments and one acknowledgement', async () => {
  const world = linkWorld();
  const sent = world.send('a', 'b', bytes(600));
  await world.clock.advance(5000);
  expect(world.transcript).toEqual([
    '2 a data 0/2',
    '330 a data 1/2',
    '658 a data 2/2',
    '991 b ack 111',
  ]);
  expect(sent.delivery).toMatchObject({ frames: 3, bytes: 624 });
  expect(world.inbox('b').map(({ payload }) => payload)).toEqual([bytes(600)]);
});

test('only what is missing is sent again', async () => {
  const world = linkWorld({ lose: losing(1) });
  world.send('a', 'b', bytes(600));
  await world.clock.advance(5000);
  expect(untimed(world.transcript)).toEqual([
    'a data 0/2',
    'a data 1/2, loss at b',
    'a data 2/2',
    'b ack 101',
    'a data 1/2',
    'b ack 111',
  ]);
  expect(world.inbox('b')).toHaveLength(1);
});

test('when the end of a burst is lost, the sender asks what is there', async () => {
  const world = linkWorld({ lose: losing(0, 2) });
  world.send('a', 'b', bytes(600));
  await world.clock.advance(5000);
  expect(untimed(world.transcript)).toEqual([
    'a data 0/2, loss at b',
    'a data 1/2',
    'a data 2/2, loss at b',
    'a ask',
    'b ack 10',
    'a data 0/2',
    'a data 2/2',
    'b ack 111',
  ]);
  expect(world.inbox('b')).toHaveLength(1);
});

test('a lost acknowledgement is asked for again, and the message delivered once', async () => {
  const world = linkWorld({ lose: losing(3, 5) });
  const sent = world.send('a', 'b', bytes(600));
  await world.clock.advance(5000);
  expect(untimed(world.transcript).slice(3)).toEqual([
    'b ack 111, loss at a',
    'a ask',
    'b ack 111, loss at a',
    'a ask',
    'b ack 111',
  ]);
  expect(sent.delivery).toMatchObject({ frames: 5 });
  expect(world.inbox('b')).toHaveLength(1);
});

test('a message hardly longer than the question is sent again instead of asked about', async () => {
  const world = linkWorld({ lose: losing(1) });
  world.send('a', 'b', bytes(20));
  await world.clock.advance(5000);
  expect(untimed(world.transcript)).toEqual([
    'a data 0/0',
    'b ack 1, loss at a',
    'a data 0/0',
    'b ack 1',
  ]);
  expect(world.inbox('b')).toHaveLength(1);
});

test('a message of more than eight fragments has a wider bitmap', async () => {
  const world = linkWorld({ lose: losing(15) });
  const sent = world.send('a', 'b', bytes(3936));
  await world.clock.advance(20_000);
  expect(untimed(world.transcript).slice(16)).toEqual([
    'a ask',
    'b ack 111111111111111',
    'a data 15/15',
    'b ack 1111111111111111',
  ]);
  expect(sent.delivery).toMatchObject({ frames: 18 });
  expect(world.inbox('b').map(({ payload }) => payload)).toEqual([bytes(3936)]);
});

test('an empty message arrives too', async () => {
  const world = linkWorld();
  const sent = world.send('a', 'b', bytes(0));
  await world.clock.advance(5000);
  expect(sent.delivery).not.toBeNull();
  expect(world.inbox('b').map(({ payload }) => payload.length)).toEqual([0]);
});

test('a broadcast goes out once with parity, reaches everybody and is not acknowledged', async () => {
  const world = linkWorld({ nodes: { a: 1, b: 2, c: 3 } });
  const sent = world.send('a', BROADCAST, bytes(300));
  await world.clock.advance(5000);
  const parity = ['a parity 0/1', 'a parity 1/1'];
  expect(untimed(world.transcript)).toEqual(['a data 0/1', 'a data 1/1', ...parity]);
  expect(sent.delivery).toMatchObject({ frames: 4, bytes: 634 });
  for (const name of ['b', 'c']) {
    expect(world.inbox(name)).toMatchObject([{ dst: BROADCAST, payload: bytes(300) }]);
  }
});

test('nobody there: the sender gives up, and the next message has its turn', async () => {
  const world = linkWorld({ nodes: { a: 1, b: 2 } });
  const lost = world.send('a', 9, bytes(600));
  const next = world.send('a', 'b', bytes(10));
  await world.clock.advance(30_000);
  expect(lost).toMatchObject({ delivery: null, fault: { code: 'LINK_NO_ACK' } });
  expect(next.delivery).not.toBeNull();
  expect(untimed(world.transcript).filter((line) => line === 'a ask')).toHaveLength(
    MAX_SILENCES - 1,
  );
  expect(world.inbox('b')).toHaveLength(1);
});

test.each([
  ['default', 8.4],
  ['paper', 13.5],
  ['range', 75.1],
] as const)('on %s who says nothing is given up within %d s', async (preset, seconds) => {
  const limitMs = giveUpMs(presets[preset], TURNAROUND_MS);
  expect(limitMs / 1000).toBeCloseTo(seconds, 1);
  for (const length of [10, 60, 100, 600]) {
    const world = linkWorld({ nodes: { a: 1 }, modulation: presets[preset], seed: length });
    const sent = world.send('a', 9, bytes(length));
    await world.clock.runUntil(() => sent.isOver);
    expect(sent.fault).toMatchObject({ code: 'LINK_NO_ACK' });
    expect(world.clock.now()).toBeLessThan(limitMs);
  }
});

test('a frame that the radio failed at and was healed of is said again; of a broadcast one is told', async () => {
  let failures = 2;
  const world = linkWorld({
    radioFor: (_, radio) => ({
      get modulation() {
        return radio.modulation;
      },
      ...{ receptions: radio.receptions, hearing: radio.hearing as Hearing },
      ...{ troubles: radio.troubles, close: () => radio.close() },
      transmit: (frame) => {
        failures -= 1;
        const healed = new TiesError('RADIO_HEALED', 'It was reset.');
        return failures >= 0 ? throwError(() => healed) : radio.transmit(frame);
      },
      senseActivity: () => radio.senseActivity(),
      tune: (modulation) => radio.tune(modulation),
    }),
  });
  const toAll = world.send('a', BROADCAST, bytes(10));
  await world.clock.advance(1000);
  const toOne = world.send('a', 'b', bytes(10));
  await world.clock.advance(5000);
  expect(toAll.fault).toMatchObject({ code: 'RADIO_HEALED' });
  expect(toOne.delivery).toMatchObject({ frames: 2 });
});
