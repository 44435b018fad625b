import type { Clock } from './interface.ts';

/** The clock of a real device. `now` is monotonic: a Pi has no RTC and its date may jump. */
export const wallClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout),
  work: (_latencyMs, start) => start(),
};

/** Let it happen when all that is under way has come to rest: promises are followed before. */
export const inItsOwnTurn = (act: () => void): void => void setImmediate(act);

/** A date that is off by more was set anew: a Pi has none before it first meets a time server. */
const MAX_DRIFT_NS = 1_000_000_000n;

/**
 * When `wallClock` read 0, in nanoseconds since 1970. What it gives is steady, so that times that
 * are told by it are as far apart as the clock says, until the date jumps.
 */
export const wallOrigin = (): (() => bigint) => {
  let originNs = presentOriginNs();
  return () => {
    const nowNs = presentOriginNs();
    const driftNs = nowNs > originNs ? nowNs - originNs : originNs - nowNs;
    if (driftNs > MAX_DRIFT_NS) originNs = nowNs;
    return originNs;
  };
};

const presentOriginNs = (): bigint => BigInt(Math.round((Date.now() - performance.now()) * 1e6));
