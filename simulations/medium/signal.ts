import { airtimeMs, symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { fromDb } from './decibel.ts';
import type { Station } from './station.ts';
import type { Outcome } from './transmission.ts';

/** A receiver finds a frame by the last five symbols of its preamble (Bor et al. 2016, §3.3). */
const NEEDED_SYMBOLS = 5;
/** Sync word and start-of-frame delimiter, and the first block, which holds the header (SX1276 §4.1.1). */
const SYNC_SYMBOLS = 4.25;
const HEADER_SYMBOLS = 8;

/** Another signal on the air at the same time. */
export interface Interferer {
  readonly signal: Signal;
  /** Of its power at a receiver so many times may not be more than the signal's there. */
  readonly weight: number;
}

/** A frame on the air, or that was. */
export interface Signal {
  readonly sender: Station;
  readonly frame: Uint8Array;
  readonly modulation: Modulation;
  readonly powerMw: number;
  readonly startMs: number;
  /** From here on the preamble is needed. */
  readonly criticalMs: number;
  /** When its sync word is over, its header, and its last bit. */
  readonly syncMs: number;
  readonly headerMs: number;
  readonly endMs: number;
  /** When it goes off the air: with its last bit, if it is not cut off. */
  untilMs: number;
  readonly interferers: Interferer[];
  /** What became of it at whom; null where a station is locked on it. */
  readonly fates: Map<Station, Outcome | null>;
}

export const signalOf = (
  sender: Station,
  frame: Uint8Array,
  modulation: Modulation,
  startMs: number,
): Signal => {
  const { preambleSymbols, spreadingFactor, powerDbm } = modulation;
  const symbol = symbolMs(modulation);
  const syncMs = startMs + (preambleSymbols + SYNC_SYMBOLS) * symbol;
  const headerSymbols = spreadingFactor === 6 ? 0 : HEADER_SYMBOLS;
  const endMs = startMs + airtimeMs(modulation, frame.length);
  return {
    sender,
    frame: frame.slice(),
    modulation,
    powerMw: fromDb(powerDbm),
    startMs,
    criticalMs: startMs + Math.max(0, preambleSymbols - NEEDED_SYMBOLS) * symbol,
    syncMs,
    headerMs: syncMs + headerSymbols * symbol,
    endMs,
    untilMs: endMs,
    interferers: [],
    fates: new Map(),
  };
};

/** From when on a modem that hears since then can tell that this is a preamble. */
export const detectedMs = ({ startMs, modulation }: Signal, hearsSinceMs: number): number =>
  Math.max(startMs, hearsSinceMs) + NEEDED_SYMBOLS * symbolMs(modulation);
