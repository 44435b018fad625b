import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';

/** LoRaSim's experiments (Bor et al., Do LoRa Low-Power Wide-Area Networks Scale?, MSWiM 2016). */
export const EXPERIMENTS = [0, 1, 2, 3, 4, 5] as const;
export type Experiment = (typeof EXPERIMENTS)[number];

export const TRANSMIT_DBM = 14;
const LEAST_TRANSMIT_DBM = 2;
const CHANNEL_HZ = 860_000_000;
const THREE_CHANNELS_HZ = [860_000_000, 864_000_000, 868_000_000] as const;
const PREAMBLE_SYMBOLS = 8;

const BANDWIDTHS_HZ = [125_000, 250_000, 500_000] as const;
type BandwidthHz = (typeof BANDWIDTHS_HZ)[number];

/** dBm at 125, 250 and 500 kHz by spreading factor, measured (MSWiM 2016, table 3). */
const MEASURED_DBM: Readonly<Record<number, readonly [number, number, number]>> = {
  7: [-126.5, -124.25, -120.75],
  8: [-127.25, -126.75, -124],
  9: [-131.25, -128.25, -127.5],
  10: [-132.75, -130.25, -128.75],
  11: [-134.5, -132.75, -128.75],
  12: [-133.25, -132.25, -132.25],
};
/** SF6 at 500 kHz, which was not measured: of the data sheet, as LoRaSim places its nodes by. */
const SF6_500_DBM = -112;

export const sensitivityDbm = (spreadingFactor: number, bandwidthHz: number): number =>
  spreadingFactor === 6
    ? SF6_500_DBM
    : (MEASURED_DBM[spreadingFactor]?.[BANDWIDTHS_HZ.indexOf(bandwidthHz as BandwidthHz)] ??
      Number.NaN);

const modulationOf = (
  spreadingFactor: number,
  bandwidthHz: number,
  codingRateDenominator: number,
  frequencyHz = CHANNEL_HZ,
): Modulation => ({
  ...{ frequencyHz, spreadingFactor, bandwidthHz, codingRateDenominator },
  ...{ preambleSymbols: PREAMBLE_SYMBOLS, powerDbm: TRANSMIT_DBM, syncWord: 0x34 },
});

/** Every setting that was measured, with the lowest code rate. */
const MEASURED = Object.keys(MEASURED_DBM).flatMap((spreadingFactor) =>
  BANDWIDTHS_HZ.map((bandwidthHz) => modulationOf(Number(spreadingFactor), bandwidthHz, 5)),
);

/** The faintest signal that any setting of an experiment is heard at: it makes the radius. */
export const faintestDbm = (experiment: Experiment): number =>
  experiment === 3 || experiment === 5
    ? Math.min(...Object.values(MEASURED_DBM).flat())
    : experiment === 2
      ? SF6_500_DBM
      : sensitivityDbm(12, 125_000);

/** The quickest setting that carries so far, of which there is one: what 3 and 5 give each node. */
const quickest = (payloadBytes: number, receivedDbm: number): Modulation =>
  MEASURED.filter(
    ({ spreadingFactor, bandwidthHz }) =>
      sensitivityDbm(spreadingFactor, bandwidthHz) < receivedDbm,
  ).reduce((best, other) =>
    airtimeMs(other, payloadBytes) < airtimeMs(best, payloadBytes) ? other : best,
  );

/** What a node sends with, by how loud it is heard at 14 dBm; `draw` gives numbers in [0, 1). */
export const settingOf = (
  experiment: Experiment,
  payloadBytes: number,
  receivedDbm: number,
  draw: () => number,
): Modulation => {
  switch (experiment) {
    case 0:
      return modulationOf(12, 125_000, 8);
    case 1:
      return modulationOf(12, 125_000, 8, THREE_CHANNELS_HZ[Math.floor(3 * draw())]);
    case 2:
      return modulationOf(6, 500_000, 5);
    case 4:
      return modulationOf(12, 125_000, 5);
    case 3:
      return quickest(payloadBytes, receivedDbm);
    case 5: {
      const setting = quickest(payloadBytes, receivedDbm);
      const { spreadingFactor, bandwidthHz } = setting;
      const spareDb = Math.floor(receivedDbm - sensitivityDbm(spreadingFactor, bandwidthHz));
      return { ...setting, powerDbm: Math.max(LEAST_TRANSMIT_DBM, TRANSMIT_DBM - spareDb) };
    }
  }
};
