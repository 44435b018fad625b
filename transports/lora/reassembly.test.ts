import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { digest } from './digest.ts';
import { completeBitmap, fragmentsOf, MAX_MESSAGE_BYTES } from './fragments.ts';
import type { DataFrame, ParityFrame } from './frame.ts';
import { parityFragments } from './parity.ts';
import { type Accepted, Reassembly } from './reassembly.ts';

const MEMORY_MS = 1000;
const TIMES = { memoryMs: MEMORY_MS, wrapMs: MEMORY_MS };

const route = { net: 0, dst: 2, src: 1, seq: 7, ackWanted: true } as const;

const frames = (message: Uint8Array, seq = 7, src = 1): DataFrame[] =>
  fragmentsOf(message).map((payload, index, all) => {
    const last = all.length - 1;
    return { ...route, type: 'data', src, seq, index, last, payload };
  });

const parityOf = (message: Uint8Array, count: number): ParityFrame[] => {
  const fragments = fragmentsOf(message);
  const last = fragments.length - 1;
  return parityFragments(fragments, count).map((payload, index) => {
    return { ...route, type: 'parity', index, last, payload };
  });
};

const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

const request = (seq = 7, last = 2, src = 1, message = filled(600, 1)) =>
  ({ type: 'ackRequest', net: 0, dst: 2, src, seq, last, digest: digest(message) }) as const;

/** Hands frames over one after another and keeps what came of each. */
const take = (
  reassembly: Reassembly,
  sequence: readonly (DataFrame | ParityFrame)[],
  nowMs = 0,
): (Accepted | null)[] => sequence.map((frame) => reassembly.accept(frame, nowMs));

const wholeOf = (accepted: readonly (Accepted | null)[]): Uint8Array[] =>
  accepted.flatMap((result) => result?.message ?? []);

const bitmapsOf = (accepted: readonly (Accepted | null)[]): (number | undefined)[] =>
  accepted.map((result) => result?.bitmap);

const messages = fc
  .tuple(fc.integer({ min: 0, max: MAX_MESSAGE_BYTES }), fc.nat())
  .map(([length, seed]) => seededRandom(seed, 'message').bytes(length));

const ranks = fc.array(fc.nat(), { minLength: 32, maxLength: 32 });

const shuffled = <T>(items: readonly T[], by: readonly number[]): T[] =>
  items
    .map((item, place) => ({ item, rank: by[place] as number }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);

test('fragments in any order, some repeated, give the message once', () => {
  const order = fc.array(fc.nat(), { maxLength: 40 });
  fc.assert(
    fc.property(messages, order, (message, picks) => {
      const all = frames(message);
      const sequence = [...picks.map((pick) => all[pick % all.length] as DataFrame), ...all];
      const whole = wholeOf(take(new Reassembly(TIMES), sequence));
      expect(whole).toHaveLength(1);
      expect(Buffer.concat(whole).equals(message)).toBe(true);
    }),
  );
});

test('any last + 1 pieces give the message, once; the bitmap says what is really here', () => {
  const parityCount = fc.integer({ min: 1, max: 16 });
  fc.assert(
    fc.property(messages, parityCount, ranks, (message, count, order) => {
      const data = frames(message).filter(({ payload }) => payload.length < 247);
      fc.pre(data.length > 0);
      const { last } = data[0] as DataFrame;
      const sequence = shuffled([...data, ...parityOf(message, count)], order);
      const results = take(new Reassembly(TIMES), sequence);
      expect(Buffer.concat(wholeOf(results)).equals(message)).toBe(true);
      expect(results[last]?.message).not.toBeNull();
      const heard = (upTo: number): number =>
        sequence
          .slice(0, upTo + 1)
          .reduce((bits, { type, index }) => (type === 'data' ? bits | (1 << index) : bits), 0);
      expect(bitmapsOf(results)).toEqual(
        sequence.map((_, place) => (place < last ? heard(place) : completeBitmap(last))),
      );
    }),
  );
});

test('the bitmap grows with each fragment, and a question changes nothing', () => {
  const [a, b, c] = frames(filled(600, 1)) as [DataFrame, DataFrame, DataFrame];
  const reassembly = new Reassembly(TIMES);
  expect(reassembly.bitmapOf(request(), 0)).toBe(0);
  expect(reassembly.accept(c, 0)?.bitmap).toBe(0b100);
  expect(reassembly.bitmapOf(request(), 0)).toBe(0b100);
  expect(reassembly.bitmapOf(request(7, 3), 0)).toBe(0);
  expect(reassembly.accept(a, 0)?.bitmap).toBe(0b101);
  expect(reassembly.accept(b, 0)).toEqual({ bitmap: 0b111, message: filled(600, 1) });
  expect(reassembly.bitmapOf(request(), 0)).toBe(0b111);
  expect(reassembly.bitmapOf(request(7, 1), 0)).toBe(0);
});

test('another message under the number of a delivered one is not there yet', () => {
  const reassembly = new Reassembly(TIMES);
  take(reassembly, frames(filled(600, 1)));
  expect(reassembly.bitmapOf(request(7, 2, 1, filled(600, 2)), 0)).toBe(0);
  take(reassembly, frames(filled(600, 2)).slice(1, 2));
  expect(reassembly.bitmapOf(request(7, 2, 1, filled(600, 2)), 0)).toBe(0b010);
  expect(reassembly.bitmapOf(request(), 0)).toBe(0b111);
});

test('a new payload under an old sequence number is delivered', () => {
  const reassembly = new Reassembly(TIMES);
  const deliver = (payload: Uint8Array) => wholeOf(take(reassembly, frames(payload))).length;
  expect(deliver(filled(10, 1))).toBe(1);
  expect(deliver(filled(10, 1))).toBe(0);
  expect(deliver(filled(10, 2))).toBe(1);
  expect(deliver(filled(600, 2))).toBe(1);
  expect(deliver(filled(599, 3))).toBe(1);
  expect([filled(10, 1), filled(600, 2), filled(599, 3)].map(deliver)).toEqual([0, 0, 0]);
});

test('a beginning that came to nothing does not spoil the next message of its number', () => {
  const reassembly = new Reassembly(TIMES);
  take(reassembly, frames(filled(600, 9)).slice(2));
  const results = take(reassembly, frames(filled(400, 1)));
  expect(bitmapsOf(results)).toEqual([0b01, 0b11]);
  expect(wholeOf(results)).toEqual([filled(400, 1)]);
});

const message = Uint8Array.from({ length: 599 }, (_, i) => i * 5);
const changed = <F extends DataFrame | ParityFrame>(frame: F, at: number): F => ({
  ...frame,
  payload: frame.payload.map((byte, i) => (i === at ? byte ^ 1 : byte)),
});

test.each([
  ['a fragment of other bytes', changed(frames(message)[0] as DataFrame, 5)],
  ['parity of other bytes', changed(parityOf(message, 1)[0] as ParityFrame, 5)],
  ['parity with another pad count', changed(parityOf(message, 2)[1] as ParityFrame, 0)],
  ['parity over more fragments', parityOf(filled(800, 1), 2)[1] as ParityFrame],
  ['parity over longer fragments', parityOf(filled(612, 1), 2)[1] as ParityFrame],
  ['a fragment of a message of more', frames(filled(800, 1))[1] as DataFrame],
  ['a longer fragment', frames(filled(612, 1))[1] as DataFrame],
  ['a last fragment that is longer', frames(filled(612, 1))[2] as DataFrame],
  ['a last fragment that is too short', frames(filled(590, 1))[2] as DataFrame],
])('%s stands beside what it contradicts, and takes nothing from it', (_, contradiction) => {
  const reassembly = new Reassembly(TIMES);
  take(reassembly, [...frames(message).slice(0, 1), ...parityOf(message, 1)]);
  const [result] = take(reassembly, [contradiction]);
  expect(result?.message).toBeNull();
  expect(wholeOf(take(reassembly, frames(message).slice(1, 2)))).toEqual([message]);
});

test.each([
  ['longer than the others', 612],
  ['shorter by more than their number', 590],
])('a last fragment %s is of another message', (_, length) => {
  const reassembly = new Reassembly(TIMES);
  take(reassembly, frames(message).slice(0, 1));
  expect(bitmapsOf(take(reassembly, frames(filled(length, 1)).slice(2)))).toEqual([0b100]);
});

test('parity of what was delivered is a repetition, parity of anything else is not', () => {
  const reassembly = new Reassembly(TIMES);
  take(reassembly, frames(message));
  const [own] = parityOf(message, 1) as [ParityFrame];
  const longer = parityOf(Uint8Array.of(...message, 0), 1);
  expect(bitmapsOf(take(reassembly, [own, changed(own, 9), ...longer]))).toEqual([0b111, 0, 0]);
});

test('of two that contradict each other what comes goes to the one with more', () => {
  const reassembly = new Reassembly(TIMES);
  const [one, other] = [frames(filled(600, 1)), frames(filled(600, 2))];
  const results = take(reassembly, [...one.slice(0, 2), ...other.slice(0, 1), ...one.slice(2)]);
  expect(bitmapsOf(results)).toEqual([0b001, 0b011, 0b001, 0b111]);
  expect(wholeOf(results)).toEqual([filled(600, 1)]);
  expect(wholeOf(take(reassembly, [...one, ...other.slice(1)]))).toEqual([filled(600, 2)]);
});

test('of two with equally much it goes to the later: the earlier may have been given up', () => {
  const reassembly = new Reassembly(TIMES);
  const [old, fresh] = [frames(filled(600, 9)), frames(filled(600, 1))];
  const results = take(reassembly, [...old.slice(0, 2), ...fresh]);
  expect(bitmapsOf(results)).toEqual([0b001, 0b011, 0b001, 0b011, 0b111]);
  expect(wholeOf(results)).toEqual([filled(600, 1)]);
});

test('a forged fragment does not make a delivered message come twice', () => {
  const reassembly = new Reassembly(TIMES);
  const genuine = [...frames(message), ...parityOf(message, 2)];
  take(reassembly, genuine.slice(0, 3));
  take(reassembly, [...frames(filled(600, 9)).slice(0, 1), ...frames(filled(5, 9))]);
  expect(bitmapsOf(take(reassembly, genuine))).toEqual(genuine.map(() => 0b111));
  expect(wholeOf(take(reassembly, genuine))).toEqual([]);
});

test('what is half there is forgotten after a while, and so is what was delivered', () => {
  const reassembly = new Reassembly(TIMES);
  take(reassembly, frames(filled(600, 1)).slice(0, 1));
  expect(reassembly.bitmapOf(request(), MEMORY_MS)).toBe(1);
  expect(reassembly.bitmapOf(request(), MEMORY_MS + 1)).toBe(0);
  const single = frames(filled(10, 1), 8);
  expect(wholeOf(take(reassembly, single, 2000))).toHaveLength(1);
  expect(wholeOf(take(reassembly, single, 2000 + MEMORY_MS))).toHaveLength(0);
  expect(wholeOf(take(reassembly, single, 2001 + MEMORY_MS))).toHaveLength(1);
});

test('only a new piece keeps what is half there from being forgotten', () => {
  const reassembly = new Reassembly(TIMES);
  const [a, b] = frames(filled(600, 1)) as [DataFrame, DataFrame];
  take(reassembly, [a], 0);
  take(reassembly, [a], 900);
  expect(reassembly.bitmapOf(request(), 1001)).toBe(0);
  take(reassembly, [a], 2000);
  take(reassembly, [b], 2900);
  expect(reassembly.bitmapOf(request(), 3001)).toBe(0b011);
});

test('what is half there is forgotten sooner where numbers come round sooner', () => {
  const reassembly = new Reassembly({ memoryMs: MEMORY_MS, wrapMs: 500 });
  const single = frames(filled(10, 1), 8);
  take(reassembly, [...frames(filled(600, 1)).slice(0, 1), ...single]);
  expect(reassembly.bitmapOf(request(), 500)).toBe(1);
  expect(reassembly.bitmapOf(request(), 501)).toBe(0);
  expect(wholeOf(take(reassembly, single, MEMORY_MS))).toEqual([]);
});
