import { payloadSymbols } from '../../protocol/lora/airtime.ts';
import { demodulationFloorDb, type Modulation } from '../../protocol/lora/modulation.ts';
import { fromDb } from './decibel.ts';
import { gaussianTail } from './gaussian-tail.ts';

/** Which frames the noise of a receiver breaks. */
export interface PacketErrors {
  /** So far below the demodulation floor a preamble is still found. */
  readonly reachDb: number;
  /** Probability that a frame is broken. */
  rate(snrDb: number, modulation: Modulation, lengthBytes: number): number;
}

/** All frames above the demodulation floor arrive (SX1276 datasheet, table 13), none below it. */
export const sharpFloor: PacketErrors = { reachDb: 0, rate: () => 0 };

/** Where even the shortest frame is lost, and where the longest is not, from the floor. */
const HOPELESS_DB = -4;
const SAFE_DB = 3;

/** The more of them the nearer to the floor. */
export const gradualFloor: PacketErrors = {
  reachDb: -HOPELESS_DB,
  rate: (snrDb, modulation, lengthBytes) =>
    snrDb < demodulationFloorDb(modulation.spreadingFactor) + SAFE_DB
      ? packetErrorRate(snrDb, modulation, lengthBytes)
      : 0,
};

/**
 * Share of frames that noise breaks: symbol errors of Elshabrawy and Robert (Closed-Form
 * Approximation of LoRa Modulation BER Performance, IEEE Comm. Letters 22(9), 2018), where a bit
 * error is half a symbol error, moved along the SNR to what the data sheet promises.
 */
export const packetErrorRate = (
  snrDb: number,
  modulation: Modulation,
  lengthBytes: number,
): number => idealErrorRate(snrDb - shiftDb(modulation.spreadingFactor), modulation, lengthBytes);

/** The first block has the header and is coded 4/8; 4/7 and 4/8 right one symbol of a block. */
const HEADER_SYMBOLS = 8;
const RIGHTS_ONE_FROM = 7;

const idealErrorRate = (snrDb: number, modulation: Modulation, lengthBytes: number): number => {
  const { spreadingFactor, codingRateDenominator } = modulation;
  const amplitude = Math.sqrt(fromDb(snrDb) * 2 ** (spreadingFactor + 1));
  const error = gaussianTail(amplitude - Math.sqrt(1.386 * spreadingFactor + 1.154));
  const whole = (symbols: number): number => {
    const all = (1 - error) ** symbols;
    return symbols < RIGHTS_ONE_FROM ? all : all + symbols * error * (1 - error) ** (symbols - 1);
  };
  const blocks = (payloadSymbols(modulation, lengthBytes) - HEADER_SYMBOLS) / codingRateDenominator;
  return 1 - whole(HEADER_SYMBOLS) * whole(codingRateDenominator) ** blocks;
};

/** What its sensitivities are given for: 1 % of frames of 64 B at 4/6 (SX1276 datasheet, §2.5.5). */
const PROMISE = { errorRate: 0.01, lengthBytes: 64, codingRateDenominator: 6 };
const MOST_SHIFT_DB = 10;
const BISECTIONS = 40;

const shifts = new Map<number, number>();

/** How much more than in theory a spreading factor needs for that at its demodulation floor. */
const shiftDb = (spreadingFactor: number): number => {
  const known = shifts.get(spreadingFactor);
  if (known !== undefined) return known;
  const { errorRate, lengthBytes, codingRateDenominator } = PROMISE;
  const modulation = {
    ...{ frequencyHz: 0, bandwidthHz: 125_000, syncWord: 0, powerDbm: 0, preambleSymbols: 8 },
    ...{ spreadingFactor, codingRateDenominator },
  };
  const floorDb = demodulationFloorDb(spreadingFactor);
  let [lowDb, highDb] = [-MOST_SHIFT_DB, MOST_SHIFT_DB];
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middleDb = (lowDb + highDb) / 2;
    const isTooGood = idealErrorRate(floorDb - middleDb, modulation, lengthBytes) < errorRate;
    [lowDb, highDb] = isTooGood ? [middleDb, highDb] : [lowDb, middleDb];
  }
  shifts.set(spreadingFactor, lowDb);
  return lowDb;
};
