import type { AnyActorRef } from 'xstate';
import type { Reading } from '../../protocol/reading.ts';
import type { CourierContext } from './courier.ts';
import type { SensorContext } from './sensor.ts';

/** How a sensor and what it measures are doing, for who operates the device. */
export interface SensorReport {
  /** `ok`, `starting`, or why it gives nothing. */
  readonly state: string;
  readonly advice: string | null;
  readonly last: Reading | null;
  readonly peers: readonly PeerReport[];
}

export interface PeerReport {
  readonly peer: string;
  /** `ok`, or why its readings wait. */
  readonly state: string;
  readonly advice: string | null;
  readonly waiting: number;
  readonly dropped: number;
}

/** Of the actor of `sensor.ts`. */
export const sensorReport = (sensor: AnyActorRef): SensorReport => {
  const { context, children } = sensor.getSnapshot() as {
    context: SensorContext;
    children: Readonly<Record<string, AnyActorRef | undefined>>;
  };
  const { trouble, last, queue } = context;
  return {
    state: trouble?.reason ?? (last === null ? 'starting' : 'ok'),
    advice: trouble?.advice ?? null,
    last,
    peers: queue.peers.map((peer) => {
      const courier = children[`courier.${peer}`]?.getSnapshot().context as
        | CourierContext
        | undefined;
      return {
        peer,
        state: courier?.trouble?.reason ?? 'ok',
        advice: courier?.trouble?.advice ?? null,
        waiting: queue.waiting(peer),
        dropped: queue.dropped(peer),
      };
    }),
  };
};
