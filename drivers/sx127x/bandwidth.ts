import { refused } from './fault.ts';

export interface Bandwidth {
  /** Bw in RegModemConfig1. */
  readonly code: number;
  /** What the chip makes of its 32 MHz crystal; the datasheet rounds it. */
  readonly hz: number;
}

/** 500 kHz divided by these, in the order of their codes (datasheet §6.4, RegModemConfig1). */
const DIVISORS = [64, 48, 32, 24, 16, 12, 8, 4, 2, 1];
/** The datasheet's 7.8 kHz is 7,812.5 Hz: a name this near is meant. */
const NEAR = 0.005;
/** Below this frequency 250 and 500 kHz are not supported (§6.4, RegModemConfig1). */
const NARROW_BAND_BELOW_HZ = 175e6;

export const BANDWIDTH_500: Bandwidth = { code: 9, hz: 500_000 };

/** Throws `RADIO_MODULATION` for a bandwidth the chip does not have at this frequency. */
export const bandwidthOf = (bandwidthHz: number, frequencyHz: number): Bandwidth => {
  const code = DIVISORS.findIndex((divisor) => {
    const hz = BANDWIDTH_500.hz / divisor;
    return Math.abs(bandwidthHz - hz) < NEAR * hz;
  });
  if (code < 0) {
    throw refused(
      `The SX1276 has no bandwidth of ${bandwidthHz} Hz: set 7800, 10400, 15600, 20800, 31250, 41700, 62500, 125000, 250000 or 500000.`,
    );
  }
  if (code >= 8 && frequencyHz <= NARROW_BAND_BELOW_HZ) {
    throw refused('Below 175 MHz the SX1276 has no 250 and 500 kHz: set 125000 Hz or less.');
  }
  return { code, hz: BANDWIDTH_500.hz / (DIVISORS[code] as number) };
};
