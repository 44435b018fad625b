import { defer, map, type Observable, of, type SchedulerLike, switchMap, timer } from 'rxjs';
import type { Radio } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import { randomBelow } from './random-below.ts';
import type { Timing } from './timing.ts';

const FIRST_WINDOW_SLOTS = 4;
const LAST_WINDOW_SLOTS = 64;
/** Noise may look like a busy channel for ever; a frame that collides is only sent again. */
const MAX_BUSY = 20;

export interface ChannelAccess {
  readonly radio: Radio;
  readonly random: Random;
  readonly scheduler: SchedulerLike;
  readonly timing: Pick<Timing, 'slotMs'>;
}

/** Listen before talk: emits once nobody sends, waiting a random number of slots when one does. */
export const clearChannel = (access: ChannelAccess): Observable<void> => {
  const { radio, random, scheduler, timing } = access;
  const attempt = (busy: number): Observable<void> =>
    defer(() => radio.senseActivity()).pipe(
      switchMap(({ detected, receiving }) => {
        if (!(detected || receiving) || busy === MAX_BUSY) return of(undefined);
        const window = Math.min(FIRST_WINDOW_SLOTS * 2 ** busy, LAST_WINDOW_SLOTS);
        const slots = 1 + randomBelow(random, window);
        return timer(slots * timing.slotMs, scheduler).pipe(switchMap(() => attempt(busy + 1)));
      }),
      map(() => undefined),
    );
  return attempt(0);
};
