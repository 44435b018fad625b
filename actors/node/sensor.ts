import type { Sensor } from '../../drivers/sensor/interface.ts';
import type { Beginning } from '../routes.ts';
import { restoredQueue } from '../sensor/kept.ts';
import { sensorMachine } from '../sensor/sensor.ts';
import type { Station } from '../station.ts';
import type { Lines } from './lines.ts';

/** What a node measures with, how often, and for whom. */
export interface SensorPlan {
  readonly sensor: Sensor;
  readonly intervalMs: number;
  /** `center`, or ids of devices. */
  readonly peers: readonly string[];
}

export const SENSOR = 'sensor';

/** A node's sensor; readings are numbered from its boot on, over crashes of this actor too. */
export const hostedSensor = (plan: SensorPlan, station: Station, lines: Lines): Beginning => {
  const { clock, random, store, epoch } = station;
  const startedMs = clock.now();
  let number = 0;
  const logic = sensorMachine({
    ...{ ...plan, clock, random, store },
    queue: restoredQueue(store, plan.peers),
    open: async (peer, signal) => lines.to(await lines.addressOf(peer), signal),
    stamped: (measured) => {
      number += 1;
      return { ...measured, epoch, number, uptimeS: (clock.now() - startedMs) / 1000 };
    },
  });
  return { logic };
};
