import { expect, test } from 'vitest';
import { airtimeMs, symbolMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../heap-clock.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Antenna, Arrival } from './antenna.ts';
import { simulatedMedium } from './medium.ts';
import type { Outcome } from './transmission.ts';

const { paper } = presets;
const SYMBOL_MS = symbolMs(paper);
const FRAME = new Uint8Array(50).fill(7);
const FRAME_MS = airtimeMs(paper, FRAME.length);

/** A sender, a receiver that listens, what that got, and the fate of each frame at it. */
const pair = () => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const [sender, receiver] = [medium.attach({ id: 'sender' }), medium.attach({ id: 'receiver' })];
  const arrivals: Arrival[] = [];
  const fates: (Outcome | undefined)[] = [];
  receiver.arrivals.subscribe((arrival) => arrivals.push(arrival));
  medium.transmissions.subscribe(({ outcomes }) => fates.push(outcomes.get('receiver')));
  receiver.listen(paper);
  const say = (antenna: Antenna = sender, done = () => {}) => antenna.transmit(FRAME, paper, done);
  return { clock, medium, sender, receiver, arrivals, fates, say };
};

test('a frame arrives with its last bit', async () => {
  const { clock, arrivals, say } = pair();
  say();
  await clock.advance(FRAME_MS - 0.001);
  expect(arrivals).toEqual([]);
  await clock.advance(0.002);
  expect(arrivals).toMatchObject([{ frame: FRAME, isIntact: true, frequencyErrorHz: 0 }]);
  expect(arrivals[0]).toMatchObject({ startMs: 0, endMs: FRAME_MS });
});

test('the lock goes from preamble to header to payload, as RegModemStat does', async () => {
  const { clock, receiver, say } = pair();
  say();
  const seen: string[] = [];
  const at = async (symbols: number) => {
    await clock.advance(symbols * SYMBOL_MS - clock.now());
    seen.push(`${symbols} ${receiver.lock}`);
  };
  for (const symbols of [3.9, 4.1, 12.2, 12.3, 20.2, 20.3]) await at(symbols);
  await at(FRAME_MS / SYMBOL_MS + 0.1);
  expect(seen.map((line) => line.split(' ')[1])).toEqual([
    ...['none', 'preamble', 'preamble', 'header', 'header', 'payload', 'none'],
  ]);
});

test('who listens within the first three of eight preamble symbols still hears the frame', async () => {
  const { clock, receiver, arrivals, fates, say } = pair();
  for (const symbols of [2.99, 3.01]) {
    receiver.listen(null);
    say();
    await clock.advance(symbols * SYMBOL_MS);
    receiver.listen(paper);
    await clock.advance(1000);
  }
  expect(arrivals).toHaveLength(1);
  expect(fates).toEqual(['received', undefined]);
});

test('listening anew forgets the frame being received', async () => {
  const { clock, receiver, arrivals, fates, say } = pair();
  say();
  await clock.advance(FRAME_MS - 1);
  receiver.listen(paper);
  expect(receiver.lock).toBe('none');
  await clock.advance(1000);
  expect([arrivals, fates]).toEqual([[], ['not-listening']]);
});

test('an antenna that has sent hears nothing until told to', async () => {
  const { clock, receiver, arrivals, fates, say } = pair();
  say(receiver);
  await clock.advance(1000);
  say();
  await clock.advance(1000);
  receiver.listen(paper);
  say();
  await clock.advance(1000);
  expect([arrivals.length, fates]).toEqual([1, [undefined, 'not-listening', 'received']]);
});

test('a frame that is cut off is broken at whom its header reached, and the air is free', async () => {
  const { clock, receiver, arrivals, fates, say } = pair();
  let done = 0;
  for (const symbols of [10, 15, 30]) {
    const cut = say(undefined, () => {
      done += 1;
    });
    await clock.advance(symbols * SYMBOL_MS - 0.001);
    expect(receiver.detects(paper, clock.now() - 2)).toBe(true);
    cut();
    expect(receiver.detects(paper, clock.now() - 2)).toBe(false);
    await clock.advance(1000);
  }
  expect(arrivals.map(({ isIntact }) => isIntact)).toEqual([false]);
  expect([done, fates]).toEqual([0, ['cut-off', 'cut-off', 'cut-off']]);
});

test('who collides after the header breaks the CRC, and before it the frame is never heard of', async () => {
  const { clock, medium, arrivals, fates, say } = pair();
  const other = medium.attach();
  for (const symbols of [4, 15, 21]) {
    say();
    await clock.advance(symbols * SYMBOL_MS);
    say(other);
    await clock.advance(1000);
  }
  expect(fates).toEqual(Array(6).fill('collision'));
  expect(arrivals.map(({ isIntact }) => isIntact)).toEqual([false]);
});

test('the power in a channel is its noise, and what is on the air there', async () => {
  const { clock, receiver, say } = pair();
  expect(receiver.powerDbm(paper)).toBeCloseTo(-174 + 10 * Math.log10(125_000) + 6, 6);
  say();
  await clock.advance(10);
  expect(receiver.powerDbm(paper)).toBeCloseTo(14 - 127.41 + 20.8 * Math.log10(40), 2);
  expect(receiver.powerDbm({ ...paper, frequencyHz: 868_300_000 })).toBeLessThan(-116);
});

test('an antenna that moves out of reach hears nothing there', async () => {
  const { clock, receiver, fates, say } = pair();
  for (const x of [0, 10_000, 10]) {
    receiver.moveTo({ x, y: 0 });
    say();
    await clock.advance(1000);
  }
  expect(fates).toEqual(['received', 'below-sensitivity', 'received']);
});

test('an antenna sends one thing at a time', () => {
  const { say } = pair();
  say();
  expect(() => say()).toThrow(expect.objectContaining({ code: 'RADIO_BUSY' }));
});
