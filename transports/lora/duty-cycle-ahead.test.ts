import { expect, test } from 'vitest';
import { WrittenAhead } from './duty-cycle-ahead.ts';

/** Writes that the test ends. */
const rig = () => {
  const writes: { aheadMs: number; done: () => void; fail: () => void }[] = [];
  const ahead = new WrittenAhead(
    (aheadMs) =>
      new Promise((resolve, reject) => {
        writes.push({ aheadMs, done: resolve, fail: () => reject(new Error('disk full')) });
      }),
  );
  return { ahead, writes };
};

test('nothing is covered before it is durable', async () => {
  const { ahead, writes } = rig();
  const extended = ahead.extend(100);
  expect(ahead.covers(1)).toBe(false);
  writes[0]?.done();
  await extended;
  expect([ahead.covers(100), ahead.covers(101)]).toEqual([true, false]);
  ahead.use(60);
  expect([ahead.covers(40), ahead.covers(41)]).toEqual([true, false]);
});

test('what is used while a write is under way counts against what it wrote', async () => {
  const { ahead, writes } = rig();
  const first = ahead.extend(100);
  writes[0]?.done();
  await first;
  const second = ahead.extend(100);
  ahead.use(30);
  expect([ahead.covers(70), ahead.covers(71)]).toEqual([true, false]);
  writes[1]?.done();
  await second;
  expect([ahead.covers(70), ahead.covers(71)]).toEqual([true, false]);
});

test('one write at a time', async () => {
  const { ahead, writes } = rig();
  const both = [ahead.extend(100), ahead.extend(500)];
  expect(writes.map(({ aheadMs }) => aheadMs)).toEqual([100]);
  writes[0]?.done();
  await Promise.all(both);
  expect(ahead.covers(101)).toBe(false);
});

test('after a write that failed only what either record covers is', async () => {
  const { ahead, writes } = rig();
  const first = ahead.extend(100);
  writes[0]?.done();
  await first;
  const failing = ahead.extend(50);
  ahead.use(10);
  writes[1]?.fail();
  await expect(failing).rejects.toThrow('disk full');
  expect([ahead.covers(40), ahead.covers(41)]).toEqual([true, false]);
  const again = ahead.extend(20);
  writes[2]?.done();
  await again;
  expect([ahead.covers(20), ahead.covers(21)]).toEqual([true, false]);
});
