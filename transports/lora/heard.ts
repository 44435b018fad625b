import { filter, type Observable } from 'rxjs';
import type { Attention, Hearing, Reception } from '../../drivers/radio/interface.ts';
import { BROADCAST } from '../../protocol/identity.ts';
import { destinationOf, sourceOf } from '../../protocol/lora/addresses.ts';
import { symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';

/** Some twenty of the longest frames: of fewer the pauses between them tell nothing. */
const MEMORY_SYMBOLS = 2 ** 13;
/** More do not fit on the air in that time: eight symbols of preamble, 4.25 and eight at least. */
const MAX_FRAMES = Math.ceil(MEMORY_SYMBOLS / 20.25);

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
    let forgotten = Math.max(0, this.#frames.length + 1 - MAX_FRAMES);
    while ((this.#frames[forgotten]?.endMs ?? oldestMs) < oldestMs) forgotten += 1;
    if (forgotten > 0) this.#frames.splice(0, forgotten);
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
