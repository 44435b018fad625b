import type { Observable } from 'rxjs';

/** LoRa modulation and channel: what time on air, range and the legal limits follow from. */
export interface Modulation {
  readonly frequencyHz: number;
  readonly spreadingFactor: number;
  readonly bandwidthHz: number;
  /** 4/5 is 5, 4/8 is 8. */
  readonly codingRateDenominator: number;
  readonly preambleSymbols: number;
  readonly powerDbm: number;
}

/** One frame heard with a valid payload CRC. */
export interface Reception {
  readonly frame: Uint8Array;
  /** When its first preamble symbol began and its last bit ended. */
  readonly startMs: number;
  readonly endMs: number;
  readonly rssiDbm: number;
  readonly snrDb: number;
}

/** A half-duplex LoRa radio that listens whenever it does not send. */
export interface Radio {
  readonly modulation: Modulation;
  /** Hot: every frame heard, at the moment its last bit ended. */
  readonly receptions: Observable<Reception>;
  /** Cold: starts to send on subscription and completes at TxDone, when the radio listens again. */
  transmit(frame: Uint8Array): Observable<never>;
  /** Cold: one channel activity detection; emits whether somebody is sending, then completes. */
  senseActivity(): Observable<boolean>;
  close(): void;
}
