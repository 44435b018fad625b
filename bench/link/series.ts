import type { Modulation } from '../../protocol/lora/modulation.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { TURNAROUND_MS } from '../../transports/lora/link.ts';
import type { MakeCourier } from './courier.ts';

/** Between a message and the next: each begins on a channel at rest. */
const PAUSE_MS = 100;

export interface SeriesInput {
  readonly courier: MakeCourier;
  readonly modulation: Modulation;
  readonly bytes: number;
  /** Share of frames lost at a receiver, independently. */
  readonly loss: number;
  readonly messages: number;
  readonly seed?: number;
  /** Of both radios; default the link's own estimate. */
  readonly turnaroundMs?: number;
}

export interface Series {
  /** Believed to have arrived by their sender, and whole at the other end exactly once. */
  readonly delivered: number;
  /** From handing a message over to knowing what became of it. */
  readonly meanMs: number;
  readonly p99Ms: number;
}

/** Messages of numbered bytes one after the other between two radios side by side. */
export const series = (input: SeriesInput): Series => {
  const { courier, modulation, bytes, loss, messages } = input;
  const { seed = 1, turnaroundMs = TURNAROUND_MS } = input;
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(seed, 'medium'), loss });
  const { send, onArrival } = courier({ clock, medium, modulation, seed, turnaroundMs });
  const tookMs: number[] = [];
  let delivered = 0;
  let payload: Uint8Array = new Uint8Array(0);
  let arrivals = 0;
  onArrival((arrived) => {
    if (Buffer.compare(arrived, payload) === 0) arrivals += 1;
  });
  for (let number = 0; number < messages; number += 1) {
    payload = numbered(bytes, number);
    arrivals = 0;
    const startMs = clock.now();
    let outcome: boolean | null = null;
    send(payload, (isBelieved) => {
      outcome = isBelieved;
    });
    clock.runPlain(() => outcome !== null);
    tookMs.push(clock.now() - startMs);
    if (outcome === true && arrivals === 1) delivered += 1;
    clock.runPlain(() => false, clock.now() + PAUSE_MS);
  }
  return { delivered, ...statistics(tookMs) };
};

const numbered = (length: number, number: number): Uint8Array => {
  const payload = new Uint8Array(Math.max(length, 4)).fill(number);
  new DataView(payload.buffer).setUint32(0, number);
  return payload.subarray(0, length);
};

/** Mean and 99th percentile by nearest rank. */
const statistics = (values: readonly number[]): Pick<Series, 'meanMs' | 'p99Ms'> => {
  const sorted = values.toSorted((a, b) => a - b);
  const meanMs = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { meanMs, p99Ms: sorted[Math.ceil(0.99 * sorted.length) - 1] as number };
};
