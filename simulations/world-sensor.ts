import type { MemberRole } from '../config/role.ts';
import type { Clock } from '../drivers/clock/interface.ts';
import type { Sensor } from '../drivers/sensor/interface.ts';
import { seededRandom } from './seeded-random.ts';
import { syntheticSensor } from './synthetic-sensor.ts';

/** The sensor of a node in a world. */
export interface WorldSensor {
  /** Names of devices. */
  readonly peers: readonly string[];
  /** Default 60. */
  readonly intervalS?: number;
  /** Default: made up weather. */
  readonly sensor?: Sensor;
}

/** A role with that sensor; `peerOf` is what its file would call a device. */
export const withSensor = (
  role: MemberRole,
  { peers, intervalS = 60 }: WorldSensor,
  peerOf: (name: string) => string,
): MemberRole => ({
  ...role,
  sensor: { driver: 'synthetic', intervalS, peers: peers.map(peerOf) },
});

export const sensorOf = (
  { sensor }: WorldSensor,
  { clock, seed, name }: { clock: Clock; seed: number | string; name: string },
): Sensor => sensor ?? syntheticSensor({ clock, random: seededRandom(seed, `${name} sensor`) });
