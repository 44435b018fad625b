import { expect, test } from 'vitest';
import { HeapClock } from '../simulations/heap-clock.ts';
import { atMostEvery } from './at-most-every.ts';

test('each name is let through once a period, whatever the others do', async () => {
  const clock = new HeapClock();
  const may = atMostEvery(clock, 1_000);
  expect([may('a'), may('a'), may('b')]).toEqual([true, false, true]);
  await clock.advance(999);
  expect([may('a'), may('c')]).toEqual([false, true]);
  await clock.advance(1);
  expect([may('a'), may('b'), may('c'), may('a')]).toEqual([true, true, false, false]);
});
