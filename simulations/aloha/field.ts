import { airtimeMs, symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { fromDb } from '../medium/decibel.ts';
import { logDistance } from '../medium/path-loss.ts';
import {
  type Experiment,
  faintestDbm,
  sensitivityDbm,
  settingOf,
  TRANSMIT_DBM,
} from './experiment.ts';

/** As LoRaSim is, or as it means to be. */
export type Fidelity = 'lorasim' | 'corrected';

/** All nodes as the gateway hears them, an array for each figure, by node. */
export interface Field {
  readonly airtimeMs: Float64Array;
  readonly symbolMs: Float64Array;
  readonly receivedDbm: Float64Array;
  readonly receivedMw: Float64Array;
  readonly isHeard: Uint8Array;
  /** Index into `settings`. */
  readonly setting: Uint8Array;
  /** The different modulations, whatever their power. */
  readonly settings: readonly Modulation[];
}

/** Those of logDistance's default, LoRaSim's: which turns a loss into a distance. */
const REFERENCE = { lossDb: 127.41, distanceM: 40, slopeDb: 20.8 };

/**
 * How far a node may be, metres. LoRaSim raises e instead of 10, and takes SF12's sensitivity at
 * 250 kHz for that at 125.
 */
const radiusM = (experiment: Experiment, fidelity: Fidelity): number => {
  const isSf12 = experiment === 0 || experiment === 1 || experiment === 4;
  const isTakenWrong = fidelity === 'lorasim' && isSf12;
  const leastDbm = isTakenWrong ? sensitivityDbm(12, 250_000) : faintestDbm(experiment);
  const decades = (TRANSMIT_DBM - leastDbm - REFERENCE.lossDb) / REFERENCE.slopeDb;
  return REFERENCE.distanceM * (fidelity === 'lorasim' ? Math.E : 10) ** decades;
};

/** LoRaSim looks SF6 up in the row before SF7's, which Python takes for the last: SF12's. */
const leastHeardDbm = ({ spreadingFactor, bandwidthHz }: Modulation, fidelity: Fidelity): number =>
  sensitivityDbm(
    fidelity === 'lorasim' && spreadingFactor === 6 ? 12 : spreadingFactor,
    bandwidthHz,
  );

/** Nodes anywhere on a disc around the gateway, with equal chance. */
export const placed = (
  given: {
    readonly nodes: number;
    readonly payloadBytes: number;
    readonly experiment: Experiment;
    readonly fidelity: Fidelity;
  },
  draw: () => number,
): Field => {
  const { nodes, payloadBytes, experiment, fidelity } = given;
  const farthestM = radiusM(experiment, fidelity);
  const lossDb = logDistance();
  const settings: Modulation[] = [];
  const field: Field = {
    airtimeMs: new Float64Array(nodes),
    symbolMs: new Float64Array(nodes),
    receivedDbm: new Float64Array(nodes),
    receivedMw: new Float64Array(nodes),
    isHeard: new Uint8Array(nodes),
    setting: new Uint8Array(nodes),
    settings,
  };
  const indexOf = ({ frequencyHz, spreadingFactor, bandwidthHz }: Modulation): number =>
    settings.findIndex(
      (known) =>
        known.frequencyHz === frequencyHz &&
        known.spreadingFactor === spreadingFactor &&
        known.bandwidthHz === bandwidthHz,
    );
  for (let node = 0; node < nodes; node += 1) {
    const gainDb = -lossDb(farthestM * Math.sqrt(draw()));
    const setting = settingOf(experiment, payloadBytes, TRANSMIT_DBM + gainDb, draw);
    if (indexOf(setting) < 0) settings.push(setting);
    const receivedDbm = setting.powerDbm + gainDb;
    field.airtimeMs[node] = airtimeMs(setting, payloadBytes);
    field.symbolMs[node] = symbolMs(setting);
    field.receivedDbm[node] = receivedDbm;
    field.receivedMw[node] = fromDb(receivedDbm);
    field.isHeard[node] = receivedDbm >= leastHeardDbm(setting, fidelity) ? 1 : 0;
    field.setting[node] = indexOf(setting);
  }
  return field;
};
