import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;
const LIMIT_S = 60;

/** Until it holds; fails where it does not in time. */
export const until = async (
  holds: () => boolean | Promise<boolean>,
  limitS = LIMIT_S,
): Promise<void> => {
  const limit = AbortSignal.timeout(1000 * limitS);
  while (!(await holds())) {
    if (limit.aborted) throw new Error(`Not so in ${limitS} s: ${holds}`);
    await sleep(POLL_MS);
  }
};
