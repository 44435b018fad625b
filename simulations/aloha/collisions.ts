import { coupling } from '../medium/coupling.ts';
import { goursaud2015 } from '../medium/rejection.ts';
import type { Field } from './field.ts';

/** The nodes that are sending, and what becomes of their frames. */
export interface OnAir {
  /** The first `count` of them are sending. */
  readonly nodes: Int32Array;
  count: number;
  readonly endMs: Float64Array;
  readonly isLost: Uint8Array;
}

/** A node begins, whose end is set, which is not lost yet nor among those that are sending. */
export type Begin = (node: number, atMs: number) => void;
export type Collisions = (field: Field, onAir: OnAir) => Begin;

const CAPTURE_DB = 6;
/** A frame of eight preamble symbols is found by the last five. */
const UNNEEDED_SYMBOLS = 3;

/** By two nodes' settings, whether LoRaSim takes them for disturbing each other: bandwidth aside. */
const sharing = ({ settings }: Field): Uint8Array =>
  Uint8Array.from(
    settings.flatMap((one) =>
      settings.map(
        (other) =>
          one.frequencyHz === other.frequencyHz && one.spreadingFactor === other.spreadingFactor,
      ),
    ),
    Number,
  );

/** Frames that share any time at a frequency and spreading factor are lost, all of them. */
export const simpleCollisions: Collisions = (field, onAir) => {
  const { setting, settings } = field;
  const shares = sharing(field);
  const { nodes, isLost } = onAir;
  return (node) => {
    const row = settings.length * (setting[node] as number);
    for (let at = 0; at < onAir.count; at += 1) {
      const other = nodes[at] as number;
      if (shares[row + (setting[other] as number)] === 0) continue;
      isLost[other] = 1;
      isLost[node] = 1;
    }
  };
};

/**
 * LoRaSim's full check: pair by pair, never the sum; a frame whose needed preamble is clear of the
 * one before harms it no more than it is harmed.
 */
export const lorasimCollisions: Collisions = (field, onAir) => {
  const { setting, settings, symbolMs, receivedDbm } = field;
  const shares = sharing(field);
  const { nodes, endMs, isLost } = onAir;
  return (node, atMs) => {
    const row = settings.length * (setting[node] as number);
    const neededMs = atMs + UNNEEDED_SYMBOLS * (symbolMs[node] as number);
    const dbm = receivedDbm[node] as number;
    for (let at = 0; at < onAir.count; at += 1) {
      const other = nodes[at] as number;
      if (shares[row + (setting[other] as number)] === 0) continue;
      if ((endMs[other] as number) <= neededMs) continue;
      const strongerDb = dbm - (receivedDbm[other] as number);
      if (strongerDb < CAPTURE_DB) isLost[node] = 1;
      if (strongerDb > -CAPTURE_DB) isLost[other] = 1;
    }
  };
};

/** Power by which a node's signal disturbs another's frame, as the medium weighs it, mW. */
const disturbanceMw = ({ setting, settings, receivedMw }: Field) => {
  const weightOf = coupling(CAPTURE_DB, goursaud2015);
  const weights = Float64Array.from(
    settings.flatMap((frame) => settings.map((other) => weightOf(frame, other))),
  );
  return (frame: number, other: number): number =>
    (weights[settings.length * (setting[frame] as number) + (setting[other] as number)] as number) *
    (receivedMw[other] as number);
};

/** The medium's own rules: all that disturbs a frame in what is needed of it, each as it weighs. */
export const correctedCollisions: Collisions = (field, onAir) => {
  const { symbolMs, receivedMw } = field;
  const disturbs = disturbanceMw(field);
  const { nodes, endMs, isLost } = onAir;
  const neededMs = new Float64Array(symbolMs.length);
  /** What disturbs a frame at the moment from which it is needed. */
  const firstMw = new Float64Array(symbolMs.length);

  return (node, atMs) => {
    neededMs[node] = atMs + UNNEEDED_SYMBOLS * (symbolMs[node] as number);
    firstMw[node] = 0;
    let nodeMw = 0;
    for (let at = 0; at < onAir.count; at += 1) {
      const frame = nodes[at] as number;
      if ((endMs[frame] as number) > (neededMs[node] as number)) nodeMw += disturbs(node, frame);
      const addedMw = disturbs(frame, node);
      if (addedMw === 0 || isLost[frame] === 1) continue;
      let allMw = addedMw;
      if ((neededMs[frame] as number) > atMs) {
        if ((endMs[node] as number) > (neededMs[frame] as number)) {
          allMw += firstMw[frame] as number;
          firstMw[frame] = allMw;
        }
      } else {
        for (let beside = 0; beside < onAir.count; beside += 1)
          if (beside !== at) allMw += disturbs(frame, nodes[beside] as number);
      }
      if (allMw > (receivedMw[frame] as number)) isLost[frame] = 1;
    }
    firstMw[node] = nodeMw;
    if (nodeMw > (receivedMw[node] as number)) isLost[node] = 1;
  };
};

/**
 * As ns-3's lorawan module: by energy over the whole frame, so that a short overlap with a strong
 * one does less harm (Magrin, Capuzzo, Zanella, IEEE IoT Journal 7(1), 2020, §III).
 */
export const ns3Collisions: Collisions = (field, onAir) => {
  const { airtimeMs, receivedMw } = field;
  const disturbs = disturbanceMw(field);
  const { nodes, endMs, isLost } = onAir;
  /** What disturbed a frame so far, mW · ms. */
  const energy = new Float64Array(airtimeMs.length);
  const add = (frame: number, other: number, ms: number): void => {
    const sum = (energy[frame] as number) + disturbs(frame, other) * ms;
    energy[frame] = sum;
    if (sum > (receivedMw[frame] as number) * (airtimeMs[frame] as number)) isLost[frame] = 1;
  };
  return (node, atMs) => {
    energy[node] = 0;
    for (let at = 0; at < onAir.count; at += 1) {
      const other = nodes[at] as number;
      const sharedMs = Math.min(endMs[other] as number, endMs[node] as number) - atMs;
      add(node, other, sharedMs);
      add(other, node, sharedMs);
    }
  };
};
