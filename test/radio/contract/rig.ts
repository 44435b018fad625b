import { expect } from 'vitest';
import type { Activity, Radio, Reception } from '../../../drivers/radio/interface.ts';

/** Two radios in reach of each other and of nobody else, and the time they live in. */
export interface RadioPair {
  readonly a: Radio;
  readonly b: Radio;
  now(): number;
  /** Let this much time pass. */
  pass(durationMs: number): Promise<void>;
  /** After each test, and once both are closed. */
  end?(): Promise<void>;
}

/** Longer than any frame of the contract, or a channel activity detection, takes. */
export const LONG_MS = 10_000;

export const numbered = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);

/** What became of something that a radio was asked for. */
export interface Asked {
  doneMs: number | null;
  fault: { readonly code?: string } | null;
  readonly seen: Activity[];
  stop(): void;
}

/** The pair under test, and all that it heard. */
export class Rig {
  readonly #toleranceMs: number;
  /** From `begin` on. */
  pair!: RadioPair;
  heardByA: Reception[] = [];
  heardByB: Reception[] = [];
  troubles: string[] = [];

  constructor(toleranceMs: number) {
    this.#toleranceMs = toleranceMs;
  }

  begin(pair: RadioPair): void {
    this.pair = pair;
    this.heardByA = [];
    this.heardByB = [];
    this.troubles = [];
    pair.a.receptions.subscribe((reception) => this.heardByA.push(reception));
    pair.b.receptions.subscribe((reception) => this.heardByB.push(reception));
    for (const { troubles } of [pair.a, pair.b]) {
      troubles.subscribe(({ message }) => this.troubles.push(message));
    }
  }

  async end(): Promise<void> {
    if (this.pair === undefined) return;
    this.pair.a.close();
    this.pair.b.close();
    await this.pair.end?.();
    expect(this.troubles).toEqual([]);
  }

  pass(durationMs: number): Promise<void> {
    return this.pair.pass(durationMs);
  }

  isNear(actualMs: number | null | undefined, expectedMs: number): void {
    const apartMs = Math.abs((actualMs ?? Number.NaN) - expectedMs);
    expect(apartMs).toBeLessThanOrEqual(this.#toleranceMs);
  }

  transmit(radio: Radio, frame: Uint8Array): Asked {
    return this.#ask(radio.transmit(frame));
  }

  sense(radio: Radio): Asked {
    return this.#ask(radio.senseActivity());
  }

  tune(radio: Radio, modulation: Radio['modulation']): Asked {
    return this.#ask(radio.tune(modulation));
  }

  #ask(answer: ReturnType<Radio['senseActivity']>): Asked {
    const asked: Asked = { doneMs: null, fault: null, seen: [], stop: () => {} };
    const asking = answer.subscribe({
      next: (activity) => asked.seen.push(activity),
      complete: () => {
        asked.doneMs = this.pair.now();
      },
      error: (fault) => {
        asked.fault = fault;
      },
    });
    asked.stop = () => asking.unsubscribe();
    return asked;
  }
}
