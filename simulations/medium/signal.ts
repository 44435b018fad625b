import { airtimeMs, symbolMs } from '../../protocol/lora/airtime.ts';
import { demodulationFloorDb, type Modulation } from '../../protocol/lora/modulation.ts';
import { fromDb } from './decibel.ts';
import { noiseDbm } from './noise.ts';
import type { Station } from './station.ts';
import type { Outcome } from './transmission.ts';

/** A receiver finds a frame by the last five symbols of its preamble (Bor et al. 2016, §3.3). */
const NEEDED_SYMBOLS = 5;
/** "Minimum time for the modem to acquire lock on a preamble" (SX1276 datasheet, §4.1.6). */
const ACQUIRING_SYMBOLS = 4;
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
  /** Of those on its air the first is 1. */
  readonly number: number;
  readonly sender: Station;
  readonly frame: Uint8Array;
  readonly modulation: Modulation;
  readonly powerMw: number;
  /** Noise of a receiver in its channel, and how many times the noise it has to be. */
  readonly noiseDbm: number;
  readonly noiseMw: number;
  readonly leastSnr: number;
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
  /** What became of it at those who came to it already; null where a station is locked on it. */
  readonly fates: Map<Station, Outcome | null>;
}

export const signalOf = (
  departure: Pick<Signal, 'number' | 'sender' | 'frame' | 'modulation' | 'startMs'>,
): Signal => {
  const { number, sender, frame, modulation, startMs } = departure;
  const { preambleSymbols, spreadingFactor, powerDbm } = modulation;
  const symbol = symbolMs(modulation);
  const noise = noiseDbm(modulation.bandwidthHz);
  const syncMs = startMs + (preambleSymbols + SYNC_SYMBOLS) * symbol;
  const headerSymbols = spreadingFactor === 6 ? 0 : HEADER_SYMBOLS;
  const endMs = startMs + airtimeMs(modulation, frame.length);
  return {
    number,
    sender,
    frame: frame.slice(),
    modulation,
    powerMw: fromDb(powerDbm),
    noiseDbm: noise,
    noiseMw: fromDb(noise),
    leastSnr: fromDb(demodulationFloorDb(spreadingFactor)),
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

/** From when on a modem that hears since then is locked on the preamble. */
export const detectedMs = ({ startMs, modulation }: Signal, hearsSinceMs: number): number =>
  Math.max(startMs, hearsSinceMs) + ACQUIRING_SYMBOLS * symbolMs(modulation);
