import type { Random } from '../../drivers/random/interface.ts';
import { uniformDraws } from '../medium/random-draws.ts';
import { beginQueue } from './begin-queue.ts';
import {
  type Collisions,
  correctedCollisions,
  lorasimCollisions,
  ns3Collisions,
  type OnAir,
  simpleCollisions,
} from './collisions.ts';
import type { Experiment } from './experiment.ts';
import { placed } from './field.ts';

export const MODELS = ['lorasim', 'simple', 'corrected', 'ns3'] as const;
/**
 * `lorasim` with its defects and its full collision check; `simple`, where frames that meet are
 * lost, so that e^(−2NT/P) arrive; `corrected`, without the defects, by the medium's rules; `ns3`,
 * by those of ns-3's lorawan module.
 */
export type AlohaModel = (typeof MODELS)[number];

/** Pauses of exponential length after each frame, or a frame each period, begun at any time. */
export const TRAFFIC = ['poisson', 'periodic'] as const;
export type Traffic = (typeof TRAFFIC)[number];

export interface AlohaInput {
  readonly nodes: number;
  readonly durationMs: number;
  readonly periodMs: number;
  readonly payloadBytes: number;
  readonly model: AlohaModel;
  readonly experiment: Experiment;
  readonly traffic: Traffic;
}

export interface AlohaResult {
  readonly sent: number;
  readonly delivered: number;
  /** Of those sent; 1 where none was. */
  readonly deliveryRatio: number;
  /** Begins and ends. */
  readonly events: number;
}

const COLLISIONS: Readonly<Record<AlohaModel, Collisions>> = {
  lorasim: lorasimCollisions,
  simple: simpleCollisions,
  corrected: correctedCollisions,
  ns3: ns3Collisions,
};

/** Nodes send to a gateway for so long; how many frames arrive whole. */
export const simulateAloha = (input: AlohaInput, random: Random): AlohaResult => {
  const { nodes, durationMs, periodMs, model, traffic } = input;
  const draw = uniformDraws(random);
  const fidelity = model === 'corrected' || model === 'ns3' ? 'corrected' : 'lorasim';
  const field = placed({ ...input, fidelity }, draw);
  const pauseMs = (): number => -periodMs * Math.log(1 - draw());
  const queue = beginQueue(
    Float64Array.from({ length: nodes }, () =>
      traffic === 'poisson' ? pauseMs() : periodMs * draw(),
    ),
  );
  const onAir: OnAir = {
    nodes: new Int32Array(nodes),
    count: 0,
    endMs: new Float64Array(nodes),
    isLost: new Uint8Array(nodes),
  };
  const begin = COLLISIONS[model](field, onAir);
  let [sent, unheard, ended, delivered] = [0, 0, 0, 0];

  const endUntil = (ms: number): void => {
    let left = 0;
    for (let at = 0; at < onAir.count; at += 1) {
      const node = onAir.nodes[at] as number;
      if ((onAir.endMs[node] as number) > ms) {
        onAir.nodes[left] = node;
        left += 1;
        continue;
      }
      ended += 1;
      delivered += 1 - (onAir.isLost[node] as number);
    }
    onAir.count = left;
  };

  while (queue.nextMs() < durationMs) {
    const [node, atMs] = [queue.next(), queue.nextMs()];
    const endMs = atMs + (field.airtimeMs[node] as number);
    endUntil(atMs);
    sent += 1;
    if (field.isHeard[node] === 1) {
      onAir.endMs[node] = endMs;
      onAir.isLost[node] = 0;
      begin(node, atMs);
      onAir.nodes[onAir.count] = node;
      onAir.count += 1;
    } else unheard += 1;
    queue.postpone(traffic === 'poisson' ? endMs + pauseMs() : atMs + periodMs);
  }
  endUntil(durationMs);
  return {
    sent,
    delivered,
    deliveryRatio: sent === 0 ? 1 : delivered / sent,
    events: sent + unheard + ended,
  };
};
