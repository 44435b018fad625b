import { z } from 'zod';
import { MAX_FRAME_BYTES, type Modulation } from '../../protocol/lora/modulation.ts';
import type { Wire } from '../../protocol/msgpack.ts';
import type { Position } from '../medium/path-loss.ts';

/** What messages on the socket are made of: whole numbers, so many of a unit's parts. */
export const whole = (least: number, greatest: number) => z.number().int().min(least).max(greatest);

/** Thousandths of a metre or hertz, hundredths of a decibel. */
const MILLI = 1000;
const CENTI = 100;

export const decibels = whole(-30_000, 30_000).transform((centi) => centi / CENTI);
export const fromDecibels = (db: number): number => Math.round(CENTI * db);

export const milliseconds = whole(0, 2 ** 32 - 1).transform((micro) => micro / MILLI);
export const fromMilliseconds = (ms: number): number => Math.round(MILLI * ms);

export const frame = z
  .instanceof(Uint8Array)
  .refine(({ length }) => length >= 1 && length <= MAX_FRAME_BYTES)
  .transform((bytes) => Uint8Array.from(bytes));

const coordinate = whole(-(10 ** 9), 10 ** 9);
export const position = z
  .tuple([coordinate, coordinate])
  .transform(([x, y]): Position => ({ x: x / MILLI, y: y / MILLI }));
export const fromPosition = ({ x, y }: Position): Wire => [
  Math.round(MILLI * x),
  Math.round(MILLI * y),
];

export const modulation = z
  .tuple([
    whole(100_000_000, 1_100_000_000),
    whole(6, 12),
    whole(7_000_000, 500_000_000),
    whole(5, 8),
    whole(6, 65_535),
    whole(0, 255),
    decibels,
  ])
  .transform(
    ([
      frequencyHz,
      spreadingFactor,
      bandwidthMilliHz,
      codingRateDenominator,
      preambleSymbols,
      syncWord,
      powerDbm,
    ]): Modulation => ({
      ...{ frequencyHz, spreadingFactor, bandwidthHz: bandwidthMilliHz / MILLI },
      ...{ codingRateDenominator, preambleSymbols, syncWord, powerDbm },
    }),
  );
export const fromModulation = (modulation: Modulation): Wire => [
  modulation.frequencyHz,
  modulation.spreadingFactor,
  Math.round(MILLI * modulation.bandwidthHz),
  modulation.codingRateDenominator,
  modulation.preambleSymbols,
  modulation.syncWord,
  fromDecibels(modulation.powerDbm),
];
