import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { HeapClock } from '../../simulations/heap-clock.ts';
import type { Medium } from '../../simulations/medium/medium.ts';

/** What brings messages from one radio to another. */
export interface Courier {
  /** One at a time; `done` says whether the sender believes it arrived. */
  send(payload: Uint8Array, done: (delivered: boolean) => void): void;
  /** Called with each message at the other end. */
  onArrival(arrived: (payload: Uint8Array) => void): void;
}

/** The world a courier works in. */
export interface CourierInput {
  readonly clock: HeapClock;
  readonly medium: Medium;
  readonly modulation: Modulation;
  readonly seed: number;
  readonly turnaroundMs: number;
}

export type MakeCourier = (input: CourierInput) => Courier;
