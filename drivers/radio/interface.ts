import type { Observable } from 'rxjs';
import type { TiesError } from '../../protocol/errors.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';

/** One frame heard with a valid payload CRC. */
export interface Reception {
  readonly frame: Uint8Array;
  /** When its first preamble symbol began and its last bit ended. */
  readonly startMs: number;
  readonly endMs: number;
  readonly rssiDbm: number;
  readonly snrDb: number;
  /** Sender's carrier less ours, where the radio can tell. */
  readonly frequencyErrorHz?: number;
}

/** Which frames somebody has to know of at once, by the addresses of the link in them. */
export interface Attention {
  /** Those for one of these; what is for everybody always is among them. */
  readonly to: ReadonlySet<number>;
  /** Those that one of these sent. */
  readonly from: ReadonlySet<number>;
}

/** What a radio hears, by when it matters. */
export interface Hearing {
  /** Hot: of the frames heard the ones attended to, at the moment their last bit ended. */
  attend(attention: Attention): Observable<Reception>;
  /** Of all frames heard those that ended after then, oldest first; after `memoryMs` they may be forgotten. */
  since(ms: number): readonly Reception[];
}

/** What the channel is like, as far as one radio can tell. */
export interface Activity {
  /** Channel activity detection found chirps of the tuned spreading factor and bandwidth. */
  readonly detected: boolean;
  /** The modem is in the middle of a frame; then no detection is tried, for it would lose it. */
  readonly receiving: boolean;
  /** Power in the channel, its noise included. */
  readonly rssiDbm: number;
}

/**
 * A half-duplex LoRa radio that listens whenever it does not send. It does one thing at a time:
 * what is asked of it meanwhile ends with `RADIO_BUSY`. What it begins also ends with an error
 * where the radio fails amid it (`RADIO_HEALED`, `RADIO_BROKEN`) or is closed (`RADIO_CLOSED`).
 */
export interface Radio {
  /** What it is tuned to. */
  readonly modulation: Modulation;
  /** Hot: every frame heard, at the moment its last bit ended. */
  readonly receptions: Observable<Reception>;
  /**
   * The same frames, of a radio that need not look at each of them for this; the link makes it out
   * of the receptions of others.
   */
  readonly hearing?: Hearing;
  /** Hot: what it healed by itself, or could not; each says what to do. */
  readonly troubles: Observable<TiesError>;
  /** Cold: starts to send on subscription and completes at TxDone, when the radio listens again. */
  transmit(frame: Uint8Array): Observable<never>;
  /** Cold: looks once at the channel, emits what it found and completes; it listens before and after. */
  senseActivity(): Observable<Activity>;
  /** Cold: listens, and from then on sends, on another modulation; completes once it does. */
  tune(modulation: Modulation): Observable<never>;
  close(): void;
}
