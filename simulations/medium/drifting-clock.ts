import type { Clock } from '../../drivers/clock/interface.ts';

/** What a crystal that is so many millionths fast makes of a time. */
export const drifted = (ms: number, ppm: number): number => ms * (1 + ppm * 1e-6);

/**
 * A device's own time: its crystal is so many millionths fast, slow where less than 0. What it asks
 * of it ends that much early; work that is not its own takes as long as ever.
 */
export const driftingClock = (clock: Clock, ppm: number): Clock => ({
  now: () => drifted(clock.now(), ppm),
  setTimeout: (callback, delayMs) => clock.setTimeout(callback, delayMs / drifted(1, ppm)),
  clearTimeout: (id) => clock.clearTimeout(id),
  work: (latencyMs, start) => clock.work(latencyMs, start),
});
