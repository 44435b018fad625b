import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digest } from './digest.ts';
import { fragmentsOf } from './fragments.ts';
import type { DataFrame } from './frame.ts';
import { Reassembly } from './reassembly.ts';

const MEMORY_MS = 1000;

const frames = (payload: Uint8Array, seq = 7, src = 1): DataFrame[] =>
  fragmentsOf(payload).map((fragment, index, all) => ({
    type: 'data',
    ackWanted: true,
    net: 0,
    dst: 2,
    src,
    seq,
    index,
    last: all.length - 1,
    payload: fragment,
  }));

const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

const request = (seq = 7, last = 2, src = 1, message = filled(600, 1)) =>
  ({ type: 'ackRequest', net: 0, dst: 2, src, seq, last, digest: digest(message) }) as const;

test('fragments in any order, some repeated, give the message once', () => {
  const message = fc.uint8Array({ minLength: 1, maxLength: 3936 });
  const order = fc.array(fc.nat(), { maxLength: 40 });
  fc.assert(
    fc.property(message, order, (payload, picks) => {
      const all = frames(payload);
      const sequence = [...picks.map((pick) => all[pick % all.length] as DataFrame), ...all];
      const reassembly = new Reassembly(MEMORY_MS);
      const whole = sequence
        .map((frame) => reassembly.accept(frame, 0).message)
        .filter((result) => result !== null);
      expect(whole).toEqual([payload]);
    }),
  );
});

test('the bitmap grows with each fragment, and a question changes nothing', () => {
  const [a, b, c] = frames(filled(600, 1)) as [DataFrame, DataFrame, DataFrame];
  const reassembly = new Reassembly(MEMORY_MS);
  expect(reassembly.bitmapOf(request(), 0)).toBe(0);
  expect(reassembly.accept(c, 0).bitmap).toBe(0b100);
  expect(reassembly.bitmapOf(request(), 0)).toBe(0b100);
  expect(reassembly.accept(a, 0).bitmap).toBe(0b101);
  expect(reassembly.accept(b, 0)).toEqual({ bitmap: 0b111, message: filled(600, 1) });
  expect(reassembly.bitmapOf(request(), 0)).toBe(0b111);
  expect(reassembly.bitmapOf(request(7, 1), 0)).toBe(0);
});

test('another message under the number of a delivered one is not there yet', () => {
  const reassembly = new Reassembly(MEMORY_MS);
  for (const frame of frames(filled(600, 1))) reassembly.accept(frame, 0);
  expect(reassembly.bitmapOf(request(7, 2, 1, filled(600, 2)), 0)).toBe(0);
  expect(reassembly.bitmapOf(request(), 0)).toBe(0b111);
});

test('a new payload under an old sequence number is delivered', () => {
  const reassembly = new Reassembly(MEMORY_MS);
  const deliver = (payload: Uint8Array) =>
    frames(payload).map((frame) => reassembly.accept(frame, 0).message !== null);
  expect(deliver(filled(10, 1))).toEqual([true]);
  expect(deliver(filled(10, 1))).toEqual([false]);
  expect(deliver(filled(10, 2))).toEqual([true]);
  expect(deliver(filled(600, 2))).toEqual([false, false, true]);
});

test('a beginning that came to nothing does not spoil the next message of its number', () => {
  const reassembly = new Reassembly(MEMORY_MS);
  reassembly.accept(frames(filled(600, 9))[2] as DataFrame, 0);
  const [first, second] = frames(filled(400, 1)) as [DataFrame, DataFrame];
  expect(reassembly.accept(first, 0).bitmap).toBe(0b01);
  expect(reassembly.accept(second, 0).message).toEqual(filled(400, 1));
});

test('a fragment that contradicts what is there begins anew', () => {
  const reassembly = new Reassembly(MEMORY_MS);
  const [old, fresh] = [frames(filled(600, 9)), frames(filled(600, 1))];
  reassembly.accept(old[0] as DataFrame, 0);
  reassembly.accept(old[1] as DataFrame, 0);
  expect(reassembly.accept(fresh[0] as DataFrame, 0).bitmap).toBe(0b001);
});

test('a forged fragment does not keep the genuine message out', () => {
  const reassembly = new Reassembly(MEMORY_MS);
  const [forged] = frames(filled(600, 9)) as [DataFrame];
  const genuine = frames(filled(600, 1));
  reassembly.accept(genuine[0] as DataFrame, 0);
  reassembly.accept(forged, 0);
  const whole = [...genuine, ...genuine].map((frame) => reassembly.accept(frame, 0).message);
  expect(whole.filter((message) => message !== null)).toEqual([filled(600, 1)]);
});

test('a forged fragment does not make a delivered message come twice', () => {
  const reassembly = new Reassembly(MEMORY_MS);
  const genuine = frames(filled(600, 1));
  for (const frame of genuine) reassembly.accept(frame, 0);
  reassembly.accept(frames(filled(600, 9))[0] as DataFrame, 0);
  expect(genuine.map((frame) => reassembly.accept(frame, 0).message)).toEqual([null, null, null]);
});

test('what is half there is forgotten after a while, and so is what was delivered', () => {
  const reassembly = new Reassembly(MEMORY_MS);
  const [a] = frames(filled(600, 1)) as [DataFrame];
  reassembly.accept(a, 0);
  expect(reassembly.bitmapOf(request(), MEMORY_MS)).toBe(1);
  expect(reassembly.bitmapOf(request(), MEMORY_MS + 1)).toBe(0);
  const [single] = frames(filled(10, 1), 8) as [DataFrame];
  expect(reassembly.accept(single, 2000).message).not.toBeNull();
  expect(reassembly.accept(single, 2000 + MEMORY_MS).message).toBeNull();
  expect(reassembly.accept(single, 2001 + MEMORY_MS).message).not.toBeNull();
});

test('a flood of beginnings pushes out the stalest, never more', () => {
  const reassembly = new Reassembly(MEMORY_MS);
  const beginnings = Array.from(
    { length: 17 },
    (_, src) => frames(filled(600, 1), 7, src)[0] as DataFrame,
  );
  for (const frame of beginnings) reassembly.accept(frame, 0);
  const bitmaps = beginnings.map(({ src }) => reassembly.bitmapOf(request(7, 2, src), 0));
  expect(bitmaps).toEqual([0, ...new Array(16).fill(1)]);
});
