import { expect, test } from 'vitest';
import { PriorityQueue } from './queue.ts';

const drained = <T extends { priority: number }>(queue: PriorityQueue<T>): T[] => {
  const item = queue.shift();
  return item === undefined ? [] : [item, ...drained(queue)];
};

test('higher priority first, then who came first', () => {
  const queue = new PriorityQueue<{ name: string; priority: number }>(8);
  const names = ['a0', 'b1', 'c0', 'd2', 'e1'];
  for (const name of names) queue.push({ name, priority: Number(name[1]) });
  expect(drained(queue).map(({ name }) => name)).toEqual(['d2', 'b1', 'e1', 'a0', 'c0']);
});

test('it refuses beyond its limit, and takes again what room is made', () => {
  const queue = new PriorityQueue<{ priority: number }>(2);
  const [a, b, c] = [{ priority: 0 }, { priority: 0 }, { priority: 9 }];
  expect([queue.push(a), queue.push(b), queue.push(c)]).toEqual([true, true, false]);
  queue.remove(a);
  expect(queue.push(c)).toBe(true);
  expect(drained(queue)).toEqual([c, b]);
});
