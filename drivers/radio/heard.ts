import { filter, type Observable } from 'rxjs';
import { BROADCAST } from '../../protocol/identity.ts';
import { destinationOf, sourceOf } from '../../protocol/lora/addresses.ts';
import { symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Attention, Hearing, Reception } from './interface.ts';

/** Some forty of the longest frames, and more than the widest contention window. */
const MEMORY_SYMBOLS = 2 ** 14;

/** What ended longer ago than this is forgotten, by the modulation it is heard with. */
export const memoryMs = (modulation: Modulation): number => MEMORY_SYMBOLS * symbolMs(modulation);

export const isAttended = (frame: Uint8Array, { to, from }: Attention): boolean => {
  const [destination, source] = [destinationOf(frame), sourceOf(frame)];
  if (destination === BROADCAST || (destination !== null && to.has(destination))) return true;
  return source !== null && from.has(source);
};

/** The frames that a radio heard lately, noted one after the other. */
export class HeardFrames {
  readonly #frames: Reception[] = [];
  readonly #memoryMs: () => number;

  constructor(memoryMs: () => number) {
    this.#memoryMs = memoryMs;
  }

  note(reception: Reception): void {
    const oldestMs = reception.endMs - this.#memoryMs();
    const kept = this.#frames.findIndex(({ endMs }) => endMs >= oldestMs);
    this.#frames.splice(0, kept === -1 ? this.#frames.length : kept);
    this.#frames.push(reception);
  }

  since(ms: number): readonly Reception[] {
    return this.#frames.slice(this.#frames.findLastIndex(({ endMs }) => endMs <= ms) + 1);
  }
}

/** Of a radio that has every frame in its hands anyway: it goes through them all. */
export const hearingOf = (radio: {
  readonly modulation: Modulation;
  readonly receptions: Observable<Reception>;
}): Hearing => {
  const heard = new HeardFrames(() => memoryMs(radio.modulation));
  radio.receptions.subscribe((reception) => heard.note(reception));
  return {
    attend: (attention) =>
      radio.receptions.pipe(filter(({ frame }) => isAttended(frame, attention))),
    since: (ms) => heard.since(ms),
  };
};
