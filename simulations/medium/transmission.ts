import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Strength } from './reception.ts';

/** What became of a frame at one receiver. */
export type Outcome =
  | 'received'
  /** Others sent, or an earlier frame had the receiver. */
  | 'collision'
  /** The receiver sent. */
  | 'half-duplex'
  /** It was tuned but did not hear: it sensed the channel, turned round, or turned away. */
  | 'not-listening'
  | 'below-sensitivity'
  | 'noise-burst'
  /** The carriers were too far apart. */
  | 'frequency-error'
  | 'sync-word'
  /** Its sender broke off. */
  | 'cut-off'
  | 'loss';

/** A frame on its way. */
export interface Departure {
  readonly radioId: string;
  readonly frame: Uint8Array;
  readonly startMs: number;
}

/** A frame that has ended. */
export interface Sent extends Departure {
  readonly endMs: number;
  readonly airtimeMs: number;
  readonly modulation: Modulation;
}

/** The same as an observer sees it who is at every receiver. */
export interface Transmission extends Sent {
  /** By receiver, of all that were tuned to it in time to hear it. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** As it was where it arrived strongest; null where nobody was tuned to it. */
  strongest(): Strength | null;
}
