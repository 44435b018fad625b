import { interval, take, timer } from 'rxjs';
import { expect, test } from 'vitest';
import { HeapClock } from '../simulations/heap-clock.ts';
import { clockScheduler } from './clock-scheduler.ts';

test('a timer fires at its moment of the injected clock', async () => {
  const clock = new HeapClock();
  const seen: number[] = [];
  timer(250, clockScheduler(clock)).subscribe(() => seen.push(clock.now()));
  await clock.advance(249);
  expect(seen).toEqual([]);
  await clock.advance(1);
  expect(seen).toEqual([250]);
});

test('an interval repeats on the same clock', async () => {
  const clock = new HeapClock();
  const seen: number[] = [];
  interval(10, clockScheduler(clock))
    .pipe(take(3))
    .subscribe(() => seen.push(clock.now()));
  await clock.advance(100);
  expect(seen).toEqual([10, 20, 30]);
});

test('unsubscribing cancels the timer', async () => {
  const clock = new HeapClock();
  const seen: number[] = [];
  const waiting = timer(10, clockScheduler(clock)).subscribe(() => seen.push(clock.now()));
  waiting.unsubscribe();
  await clock.advance(100);
  expect(seen).toEqual([]);
});
