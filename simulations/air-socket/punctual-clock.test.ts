import { expect, test } from 'vitest';
import type { Clock } from '../../drivers/clock/interface.ts';
import { HeapClock } from '../heap-clock.ts';
import { punctualClock } from './punctual-clock.ts';

/** Rings at the whole millisecond before, as Node's timers may. */
const hasty = (clock: HeapClock): Clock => ({
  now: () => clock.now(),
  setTimeout: (callback, delayMs) => clock.setTimeout(callback, Math.max(0.01, delayMs - 0.9)),
  clearTimeout: (id) => clock.clearTimeout(id),
  work: (latencyMs, start) => clock.work(latencyMs, start),
});

test('nothing rings early, and what is cleared does not ring, however often it was begun anew', async () => {
  const clock = new HeapClock();
  const punctual = punctualClock(hasty(clock));
  const rung: number[] = [];
  for (const delayMs of [0, 0.5, 5.3]) punctual.setTimeout(() => rung.push(clock.now()), delayMs);
  const cleared = punctual.setTimeout(() => rung.push(-1), 5.5);
  await clock.advance(5);
  punctual.clearTimeout(cleared);
  await clock.advance(100);
  expect(rung).toHaveLength(3);
  [0, 0.5, 5.3].forEach((dueMs, i) => {
    expect(rung[i]).toBeGreaterThanOrEqual(dueMs);
    expect(rung[i]).toBeLessThan(dueMs + 0.05);
  });
});
