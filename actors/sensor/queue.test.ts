import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_KEPT, RESENT, ReadingQueue } from './queue.ts';

const payload = (at: number): Uint8Array => Uint8Array.of(at >> 8, at);
const filled = (count: number, peers = ['a', 'b']): ReadingQueue => {
  const queue = new ReadingQueue(peers);
  for (let at = 0; at < count; at += 1) queue.push(payload(at));
  return queue;
};
/** Send a peer what waits for it, at most so many; their ids. */
const drain = (queue: ReadingQueue, peer: string, most = Number.POSITIVE_INFINITY): number[] => {
  const ids: number[] = [];
  for (let next = queue.next(peer); next !== null && ids.length < most; next = queue.next(peer)) {
    ids.push(next.id);
    queue.sent(peer, next.id);
  }
  return ids;
};
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

test('each peer gets every reading once, in order, at its own pace', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('push', 'a', 'b'), { maxLength: 200 }), (steps) => {
      const queue = filled(0);
      const sent: Record<string, number[]> = { a: [], b: [] };
      let pushed = 0;
      for (const step of steps)
        if (step === 'push') {
          queue.push(payload(pushed));
          pushed += 1;
        } else sent[step]?.push(...drain(queue, step, 1));
      for (const peer of ['a', 'b']) {
        expect(queue.waiting(peer)).toBe(pushed - (sent[peer]?.length ?? 0));
        expect([...(sent[peer] ?? []), ...drain(queue, peer)]).toEqual(range(0, pushed));
      }
    }),
  );
});

test('of more than are kept the oldest go, counted for whom they waited', () => {
  const queue = filled(MAX_KEPT);
  drain(queue, 'a', 10);
  expect(queue.push(payload(0))).toEqual(['b']);
  for (let at = 1; at < 20; at += 1) queue.push(payload(at));
  expect([queue.dropped('a'), queue.dropped('b')]).toEqual([10, 20]);
  expect(queue.waiting('b')).toBe(MAX_KEPT);
  expect(drain(queue, 'b')).toEqual(range(20, MAX_KEPT + 20));
});

test('a reading that was dropped while it was on its way changes nothing', () => {
  const queue = filled(MAX_KEPT, ['a']);
  const { id } = queue.next('a') ?? { id: -1 };
  queue.push(payload(0));
  queue.push(payload(1));
  queue.sent('a', id);
  expect(queue.next('a')?.id).toBe(2);
});

test('a peer of another epoch is sent the last ones again, of those it was sent by this process', () => {
  const queue = filled(40, ['a']);
  queue.reached('a', 7);
  expect(drain(queue, 'a', 3)).toEqual([0, 1, 2]);
  queue.reached('a', 7);
  expect(queue.next('a')?.id).toBe(3);
  queue.reached('a', 8);
  expect(drain(queue, 'a')).toEqual(range(0, 40));
  queue.reached('a', 9);
  expect(drain(queue, 'a')).toEqual(range(40 - RESENT, 40));
});

test('what was kept begins where each peer was, and a new one with the oldest', () => {
  const before = filled(10);
  drain(before, 'a', 4);
  drain(before, 'b', 6);
  const kept = { readings: before.unsent, places: before.places };
  expect(kept.readings.map(({ id }) => id)).toEqual(range(4, 10));
  const queue = new ReadingQueue(['b', 'c'], kept);
  queue.push(payload(10));
  expect(drain(queue, 'b')).toEqual(range(6, 11));
  expect(drain(queue, 'c')).toEqual(range(4, 11));
  expect(queue.unsent).toEqual([]);
});

test('a place beyond what is there, as a damaged store may say, loses nothing', () => {
  const readings = [3, 5].map((id) => ({ id, payload: payload(id) }));
  const queue = new ReadingQueue(['a', 'b'], {
    readings,
    places: { a: { next: 0, dropped: 2 }, b: { next: 99, dropped: 0 } },
  });
  queue.push(payload(6));
  expect(drain(queue, 'a')).toEqual([3, 5, 6]);
  expect([drain(queue, 'b'), queue.dropped('a')]).toEqual([[6], 2]);
});
