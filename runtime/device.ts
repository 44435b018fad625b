import type { Logger } from 'pino';
import { createActor } from 'xstate';
import { type CenterActor, centerMachine } from '../actors/center/center.ts';
import type { NodeLimits } from '../actors/node/limits.ts';
import { type NodeActor, nodeMachine } from '../actors/node/node.ts';
import type { SensorPlan } from '../actors/node/sensor.ts';
import { reportingStore, type StoreFailed } from '../actors/reporting-store.ts';
import type { Store } from '../actors/store.ts';
import { Tap, type Watcher } from '../actors/tap.ts';
import type { MemberRole } from '../config/role.ts';
import type { Clock } from '../drivers/clock/interface.ts';
import type { Radio } from '../drivers/radio/interface.ts';
import type { Random } from '../drivers/random/interface.ts';
import type { Sensor } from '../drivers/sensor/interface.ts';
import type { Tpm } from '../drivers/tpm/interface.ts';
import type { KeyLog } from '../protocol/key-log.ts';
import type { Feed } from '../transports/inspect/interface.ts';
import type { DutyCycle, Link } from '../transports/lora/interface.ts';
import { loraLink } from '../transports/lora/link.ts';
import { airtimeRecord } from './airtime-record.ts';

/** What a device stands on in its world: hardware, a simulation or a replay. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly radio: Radio;
  readonly tpm: Tpm;
  readonly store: Store;
  /** Of a role that has one. */
  readonly sensor?: Sensor | null;
  readonly log: Logger;
  readonly watchers?: readonly Watcher[];
  /** Those who want to be told of news alone, which costs far less. */
  readonly listeners?: readonly Watcher[];
  /** Told of every key that is used. */
  readonly keyLog?: KeyLog;
  /** Where the inspector hears of it. */
  readonly feed?: Feed | null;
  /** Its link as the inspector watches it; default the link itself. */
  readonly watchLink?: (link: Link) => Link;
  /** How long a node goes on by itself; default a day. */
  readonly limits?: Partial<NodeLimits>;
}

interface Running<Actor> {
  readonly name: string;
  readonly actor: Actor;
  /** Where its link stands with the law; null where it knows of none. */
  dutyCycle(): DutyCycle | null;
  /** Stop its actors, its link and its radio, and close its TPM and its sensor. */
  stop(): Promise<void>;
}

export type NodeDevice = Running<NodeActor> & { readonly role: 'node' };
export type CenterDevice = Running<CenterActor> & { readonly role: 'center' };
export type Device = NodeDevice | CenterDevice;

/** Make a role file's device of these surroundings and start it. */
export const startDevice = (role: MemberRole, surroundings: Surroundings): Device => {
  const { clock, random, radio, tpm, store, log, watchers = [], listeners = [] } = surroundings;
  const { limits = {}, sensor = null, keyLog, feed = null } = surroundings;
  const { watchLink = (link) => link } = surroundings;
  // The link has no other way to say that nothing can be written down.
  let tell: (failed: StoreFailed) => void = () => undefined;
  const record = airtimeRecord(reportingStore(store, (failed) => tell(failed)));
  const { turnaroundMs } = role.radio;
  const link = watchLink(
    loraLink({
      ...{ radio, clock, random, addresses: [], airtimeRecord: record },
      ...(turnaroundMs !== undefined && { turnaroundMs }),
    }),
  );
  const tap = new Tap({ device: role.name, clock, log, watchers, listeners, feed });
  const { inspect } = tap;
  const options = { clock, id: role.name, ...(inspect && { inspect }) };
  const deps = { tpm, link, store, clock, random, ...(keyLog && { keyLog }) };
  const running = <Actor extends NodeActor | CenterActor>(actor: Actor): Running<Actor> => {
    tap.watch(actor);
    tell = (failed) => actor.send(failed);
    actor.start();
    return {
      name: role.name,
      actor,
      dutyCycle: () => link.dutyCycle(),
      stop: async () => {
        actor.stop();
        link.close();
        radio.close();
        await tpm.close();
        await sensor?.close();
      },
    };
  };
  if (role.role === 'center')
    return { role: 'center', ...running(createActor(centerMachine(deps), options)) };
  const plan = sensor && role.sensor ? planOf(sensor, role.sensor) : null;
  const node = nodeMachine({ ...deps, limits, sensor: plan });
  return { role: 'node', ...running(createActor(node, options)) };
};

const planOf = (
  sensor: Sensor,
  { intervalS, peers }: NonNullable<MemberRole['sensor']>,
): SensorPlan => ({
  sensor,
  intervalMs: intervalS * 1000,
  peers,
});
