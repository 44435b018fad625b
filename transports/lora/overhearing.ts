import type { Clock } from '../../drivers/clock/interface.ts';
import type { Hearing, Reception } from '../../drivers/radio/interface.ts';
import { decodeFrame, type Frame } from './frame.ts';

export interface OverhearingInput {
  readonly hearing: Pick<Hearing, 'since'>;
  readonly time: Pick<Clock, 'now'>;
  /** What ended longer ago matters no more. */
  readonly memoryMs: number;
  /** A frame was heard, whoever it was for. */
  noted(frame: Frame, reception: Reception): void;
  /** What there was before this moment, since what was noted last, is not known. */
  missed(untilMs: number): void;
}

/**
 * What all say to all, which tells how busy the channel is and who is there. It matters to who
 * wants to send, and so it is gone through then and not as it is heard: in a large network nearly
 * all of it is for others.
 */
export class Overhearing {
  readonly #input: OverhearingInput;
  #untilMs: number;

  constructor(input: OverhearingInput) {
    this.#input = input;
    this.#untilMs = input.time.now();
  }

  /** Note what was heard since this was called last. */
  catchUp(): void {
    const { hearing, time, memoryMs, noted, missed } = this.#input;
    const rememberedMs = time.now() - memoryMs;
    if (this.#untilMs < rememberedMs) {
      this.#untilMs = rememberedMs;
      missed(rememberedMs);
    }
    for (const reception of hearing.since(this.#untilMs)) {
      // To note one may lead here again.
      if (reception.endMs <= this.#untilMs) continue;
      this.#untilMs = reception.endMs;
      const frame = decodeFrame(reception.frame);
      if (frame !== null) noted(frame, reception);
    }
  }
}
