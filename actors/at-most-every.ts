import type { Clock } from '../drivers/clock/interface.ts';

/** Says yes to each name at most once in `periodMs`: what anybody on the air may cause. */
export const atMostEvery = (clock: Clock, periodMs: number): ((name: string) => boolean) => {
  const lastMs = new Map<string, number>();
  return (name) => {
    const nowMs = clock.now();
    for (const [other, ms] of lastMs) {
      if (nowMs - ms < periodMs) break;
      lastMs.delete(other);
    }
    if (lastMs.has(name)) return false;
    lastMs.set(name, nowMs);
    return true;
  };
};
