import type { Modulation } from './modulation.ts';

/** From this symbol time on, low-data-rate optimisation is mandatory (SX1276 §4.1.1.6). */
const LOW_DATA_RATE_SYMBOL_MS = 16;
/** Sync word and start-of-frame delimiter, sent after the programmed preamble (§4.1.1.6). */
const SYNC_SYMBOLS = 4.25;
/** Symbols every payload begins with, whatever its length (§4.1.1.7). */
const FIRST_BLOCK_SYMBOLS = 8;

export type SymbolShape = Pick<Modulation, 'spreadingFactor' | 'bandwidthHz'>;

/** Time of one chirp (§4.1.1.5). */
export const symbolMs = ({ spreadingFactor, bandwidthHz }: SymbolShape): number =>
  (2 ** spreadingFactor * 1000) / bandwidthHz;

/** Payload symbols of a frame with CRC; SF6 knows only the implicit header (§4.1.1.2). */
export const payloadSymbols = (modulation: Modulation, lengthBytes: number): number => {
  const { spreadingFactor, codingRateDenominator } = modulation;
  const lowDataRate = symbolMs(modulation) >= LOW_DATA_RATE_SYMBOL_MS ? 1 : 0;
  const headerBits = spreadingFactor === 6 ? 0 : 20;
  const crcBits = 16;
  const bits = 8 * lengthBytes - 4 * spreadingFactor + 8 + crcBits + headerBits;
  const blocks = Math.ceil(bits / (4 * (spreadingFactor - 2 * lowDataRate)));
  return FIRST_BLOCK_SYMBOLS + Math.max(blocks * codingRateDenominator, 0);
};

/** Time on air of one frame, first preamble symbol to last bit (SX1276 §4.1.1.6–7). */
export const airtimeMs = (modulation: Modulation, lengthBytes: number): number =>
  (modulation.preambleSymbols + SYNC_SYMBOLS + payloadSymbols(modulation, lengthBytes)) *
  symbolMs(modulation);
