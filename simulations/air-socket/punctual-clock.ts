import type { Clock } from '../../drivers/clock/interface.ts';

/**
 * A clock that never rings early. Node's timers count whole milliseconds and may, by a fraction;
 * on the air, what one sends after a frame would then still overlap it.
 */
export const punctualClock = (clock: Clock): Clock => {
  const pending = new Map<object, unknown>();
  return {
    now: () => clock.now(),
    setTimeout: (callback, delayMs) => {
      const id = {};
      const dueMs = clock.now() + delayMs;
      const wait = (): void => {
        const leftMs = dueMs - clock.now();
        pending.set(id, clock.setTimeout(leftMs > 0 ? wait : ring, Math.max(0, leftMs)));
      };
      const ring = (): void => {
        pending.delete(id);
        callback();
      };
      wait();
      return id;
    },
    clearTimeout: (id) => {
      clock.clearTimeout(pending.get(id as object));
      pending.delete(id as object);
    },
    work: (latencyMs, start) => clock.work(latencyMs, start),
  };
};
