import type { Clock } from './interface.ts';

/** The clock of a real device. `now` is monotonic: a Pi has no RTC and its date may jump. */
export const wallClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout),
  work: (_latencyMs, start) => start(),
};
