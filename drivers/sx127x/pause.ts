import type { Clock } from '../clock/interface.ts';

export const pause = (clock: Clock, durationMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.setTimeout(resolve, durationMs);
  });
