import { type Logger, pino } from 'pino';
import { NEVER } from 'rxjs';
import type { ActorRefFrom } from 'xstate';
import type { NodeLimits } from '../actors/node/limits.ts';
import type { Contents } from '../actors/store/contents.ts';
import { type Disk, DurableStore } from '../actors/store/durable-store.ts';
import type { Store } from '../actors/store.ts';
import type { Sighting, Watcher } from '../actors/tap.ts';
import { type MemberRole, memberRole } from '../config/role.ts';
import type { Clock } from '../drivers/clock/interface.ts';
import type { FfiName } from '../drivers/ffi/by-name.ts';
import type { Radio } from '../drivers/radio/interface.ts';
import type { Tpm, Translation } from '../drivers/tpm/interface.ts';
import type { rosterKeeperMachine } from '../machines/roster/keeper.ts';
import { toHex } from '../protocol/bytes.ts';
import { TiesError } from '../protocol/errors.ts';
import { shortDevId } from '../protocol/identity.ts';
import type { KeyLog } from '../protocol/key-log.ts';
import type { Label } from '../protocol/label.ts';
import { type PresetName, presets } from '../protocol/lora/presets.ts';
import { type CenterDevice, type Device, type NodeDevice, startDevice } from '../runtime/device.ts';
import type { Journal } from '../runtime/journal/journal.ts';
import { startJournaled } from '../runtime/journal/recorder.ts';
import { provisionDevice } from '../runtime/provision.ts';
import type { Feed } from '../transports/inspect/interface.ts';
import type { Link } from '../transports/lora/interface.ts';
import { type AirLedger, airLedger } from './air-ledger.ts';
import { HeapClock, type Paced } from './heap-clock.ts';
import { type Medium, type MediumInput, simulatedMedium } from './medium/medium.ts';
import { nthLabel, seededRandom } from './seeded-random.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { type SuitePlan, suitePlans } from './suite-plan.ts';
import type { Sx1276 } from './sx1276/chip.ts';
import { chipRadio } from './sx1276/chip-radio.ts';
import { type TpmTiming, timedTpm } from './timed-tpm.ts';
import type { LatencyTable } from './tpm-latency.ts';
import {
  latencyTable,
  supplyTpm,
  type TpmKind,
  type TpmProfileName,
  type TpmSocket,
} from './tpm-supply.ts';
import { sensorOf, type WorldSensor, withSensor } from './world-sensor.ts';

/** `chip` is the SX127x driver as shipped, each on an SX1276 model. */
export type RadioKind = 'light' | 'chip';

export interface WorldOptions {
  /** Nodes besides the Central Entity; default 3. */
  readonly nodes?: number;
  readonly tpm?: TpmKind;
  /** `tpm.ffi` of every role: what calls tpm2-tss where `tpm` is swtpm. */
  readonly ffi?: FfiName;
  readonly profile?: TpmProfileName;
  readonly preset?: PresetName;
  /** What devices send and receive with: default radios without registers, which cost least. */
  readonly radio?: RadioKind;
  /** Kinds of the storage keys; default P-256 everywhere. */
  readonly suite?: SuitePlan;
  /** How the center translates; default `duplicate`. */
  readonly translate?: Translation;
  /** Share of frames lost at each receiver, independently. */
  readonly loss?: number;
  /** Frames to lose besides, for tests. */
  readonly lose?: NonNullable<MediumInput['lose']>;
  readonly seed?: number | string;
  /** Whether every label is admitted when the world is made; default true. */
  readonly admit?: boolean;
  readonly watch?: Watcher;
  /** Told of news alone: without `watch` this costs far less. */
  readonly listen?: Watcher;
  readonly tpmEnded?: (device: string, timing: TpmTiming) => void;
  /** Called with the world before anything happens in it. */
  readonly made?: (world: World) => void;
  /** How time goes on; default as fast as it can. */
  readonly paced?: Paced;
  /** The inspector's ear on a device, for each of its starts. */
  readonly feed?: (device: string) => Feed;
  readonly log?: Logger;
  readonly keyLog?: KeyLog;
  /** Keeps all that its devices are told, secrets too, for exact replays. */
  readonly journal?: Journal;
  /** Of nodes by name; default none. */
  readonly sensors?: Readonly<Record<string, WorldSensor>>;
  /** How long its nodes go on by themselves. */
  readonly limits?: Partial<NodeLimits>;
  /** A TPM of the test's own making around the device's. */
  readonly wrapTpm?: (tpm: Tpm, device: string) => Tpm;
  /** Whether `air` keeps a row for each message; default true. A month of them is much. */
  readonly keepsAir?: boolean;
  /** How long TPM commands take; default as `profile` says. */
  readonly latency?: LatencyTable;
  /** A link of another make in the place of the device's own, which hears nothing then. */
  readonly replaceLink?: (made: { device: string; clock: Clock; radio: Radio }) => Link;
  /** What the device's store is on; who opens it closes it. Default: one in memory. */
  readonly disk?: (device: string) => Promise<StoreDisk>;
  /** How long a commit takes; default no time. */
  readonly commitMs?: number;
  /** A disk of the test's own making around the device's. */
  readonly wrapDisk?: (disk: Disk, device: string) => Disk;
}

/** What a store is on, and what it holds: all that a power cut leaves. */
export interface StoreDisk extends Disk {
  contents(): Contents;
}

/** A device of the world, on or off. */
interface Parked {
  readonly role: MemberRole;
  readonly socket: TpmSocket;
  readonly tpm: Tpm;
  readonly disk: StoreDisk;
  readonly label: Label | null;
  /** Where it has a chip of its own: open, and listening already. */
  readonly radio: Radio | null;
  /** How often its power was cut. */
  readonly cuts: number;
}

/** A device that is on. */
interface Powered {
  readonly device: Device;
  readonly supply: { isCut: boolean };
}

/** Commits of a device without power come to nothing. */
const committingWhile = (isOn: () => boolean, disk: Disk): Disk => ({
  commit: async (changes) => {
    if (isOn()) await disk.commit(changes);
  },
  close: () => disk.close(),
});

/** A store whose device hears nothing of it any more when its power was cut. */
const toldWhile = (isOn: () => boolean, store: Store): Store => {
  const never = new Promise<never>(() => undefined);
  const told = async (done: () => Promise<void>): Promise<void> => {
    if (isOn()) await done().catch((error: unknown) => (isOn() ? Promise.reject(error) : never));
    if (!isOn()) await never;
  };
  return {
    get: (key) => store.get(key),
    entries: (prefix) => store.entries(prefix),
    write: (changes) => told(() => store.write(changes)),
    flush: () => told(() => store.flush()),
  };
};

export const CENTER_NAME = 'CE';
export const nodeName = (index: number): string => `N${index}`;

/**
 * A Central Entity and some nodes on one simulated medium and virtual time: the shipped runtime,
 * whole, from the radio up. Devices are provisioned when the world is made, and silent until
 * switched on.
 */
export class World {
  readonly clock: HeapClock;
  readonly medium: Medium;
  readonly air: AirLedger;
  readonly #options: Required<Pick<WorldOptions, 'preset' | 'profile' | 'seed' | 'suite'>> &
    WorldOptions;
  /** The radios' chips by device, where `radio` is `chip`. */
  readonly chips = new Map<string, Sx1276>();
  readonly #parked = new Map<string, Parked>();
  readonly #running = new Map<string, Powered>();
  readonly #addresses = new Map<string, number>();

  private constructor(options: WorldOptions) {
    this.#options = {
      preset: 'default',
      profile: 'slb9670',
      seed: 1,
      suite: suitePlans.p256,
      ...options,
    };
    const { seed, loss = 0, lose, paced } = this.#options;
    this.clock = new HeapClock(paced);
    this.medium = simulatedMedium({
      clock: this.clock,
      random: seededRandom(seed, 'medium'),
      loss,
      ...(lose !== undefined && { lose }),
    });
    const { keepsAir = true } = this.#options;
    this.air = airLedger(keepsAir ? this.medium.sent : NEVER);
  }

  /** Make and provision the devices; the center is on and its join window open. */
  static async create(options: WorldOptions = {}): Promise<World> {
    const world = new World(options);
    options.made?.(world);
    try {
      const { suite, ffi, preset, translate } = world.#options;
      const common = { tpm: { ffi }, radio: { preset } };
      const center = { role: 'center' as const, name: CENTER_NAME, suite: suite.center, ...common };
      const tpm = { ...common.tpm, translate };
      await world.#provision(memberRole({ ...center, tpm }));
      for (let index = 0; index < (options.nodes ?? 3); index += 1) {
        const name = nodeName(index + 1);
        const kind = suite.nodes[index % suite.nodes.length];
        await world.#provision(memberRole({ role: 'node', name, suite: kind, ...common }));
      }
      const { actor } = world.switchOn(CENTER_NAME) as CenterDevice;
      await world.until(() => actor.getSnapshot().matches('running'), 60_000, 'the center is on');
      actor.send({ type: 'window.open' });
      if (options.admit ?? true) for (const name of world.nodeNames) await world.admit(name);
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  get center(): CenterDevice {
    return this.device(CENTER_NAME) as CenterDevice;
  }

  node(name: string): NodeDevice {
    return this.device(name) as NodeDevice;
  }

  device(name: string): Device {
    return this.#powered(name).device;
  }

  get nodeNames(): readonly string[] {
    return [...this.#parked.keys()].filter((name) => name !== CENTER_NAME);
  }

  get seed(): number | string {
    return this.#options.seed;
  }

  hasJoined(name: string): boolean {
    return this.#addresses.has(name);
  }

  /** The address that the center gave a node. */
  address(name: string): number {
    const address = this.#addresses.get(name);
    if (address === undefined)
      throw new TiesError('WORLD_NOT_JOINED', `${name} has not joined in this world.`);
    return address;
  }

  /** Version of the list of authorized devices that a node holds; 0 before it has any. */
  rosterVersion(name: string): number {
    const roster = this.node(name).actor.getSnapshot().children.roster as
      | ActorRefFrom<typeof rosterKeeperMachine>
      | undefined;
    return roster?.getSnapshot().context.roster.version ?? 0;
  }

  role(name: string): MemberRole {
    return (this.#parked.get(name) as Parked).role;
  }

  label(name: string): Label {
    return this.#parked.get(name)?.label as Label;
  }

  tpm(name: string): Tpm {
    return (this.#parked.get(name) as Parked).tpm;
  }

  /** What is on the disk of a device; written to it while it is off, it finds it there. */
  store(name: string): Store {
    const { disk } = this.#parked.get(name) as Parked;
    const schedule = (commit: () => Promise<void>): void => void commit();
    return new DurableStore({ disk, contents: disk.contents(), schedule });
  }

  /** Let the center take in a node by its label. */
  async admit(name: string): Promise<void> {
    let outcome: string | null = null;
    const told = this.center.actor.on('*', ({ type }) => {
      if (type === 'label.admitted' || type === 'label.refused') outcome = type;
    });
    this.center.actor.send({ type: 'label.admit', label: this.label(name) });
    await this.until(() => outcome !== null, 60_000, 'a label is admitted');
    told.unsubscribe();
    if (outcome !== 'label.admitted')
      throw new TiesError('WORLD_ADMISSION', 'The center refused a label of this world.');
  }

  /** Give a device power. */
  switchOn(name: string): Device {
    const { role, tpm, radio, cuts } = this.#parked.get(name) as Parked;
    const supply = { isCut: false };
    const { profile, preset, seed, wrapTpm, log, tpmEnded, keyLog, feed } = this.#options;
    const { limits = {}, sensors = {}, watch } = this.#options;
    const timed = timedTpm(
      tpm,
      this.clock,
      this.#options.latency ?? latencyTable(profile),
      (timing) => tpmEnded?.(name, timing),
    );
    const { clock } = this;
    const plan = sensors[name];
    const onAir = radio ?? this.medium.join({ id: name, modulation: presets[preset] });
    const { replaceLink } = this.#options;
    const surroundings = {
      clock,
      random: seededRandom(seed, nthLabel(name, cuts)),
      radio: onAir,
      ...(replaceLink && { watchLink: () => replaceLink({ device: name, clock, radio: onAir }) }),
      tpm: wrapTpm?.(timed, name) ?? timed,
      store: this.#openStore(name, () => !supply.isCut),
      sensor: plan === undefined ? null : sensorOf(plan, { clock, seed, name }),
      log: log ?? pino({ level: 'silent' }),
      limits,
      ...(keyLog && { keyLog }),
      watchers: watch === undefined ? [] : [watch],
      listeners: [(news: Sighting) => this.#hear(news)],
      feed: feed?.(name) ?? null,
    };
    const { journal } = this.#options;
    const inItsOwnTurn = (act: () => void): void => void clock.setTimeout(act, 0);
    const ofWorld =
      plan === undefined ? role : withSensor(role, plan, (peer) => this.#peerOf(peer));
    const device =
      journal === undefined
        ? startDevice(ofWorld, surroundings)
        : startJournaled(ofWorld, surroundings, { journal, inItsOwnTurn });
    this.#running.set(name, { device, supply });
    return device;
  }

  /**
   * Cut a device's power at this moment, whatever it was doing: its actors, its link, what it had
   * in memory and what was not committed yet are gone; its TPM and its disk are as they were.
   */
  async powerOff(name: string): Promise<void> {
    const { device, supply } = this.#powered(name);
    supply.isCut = true;
    this.#running.delete(name);
    await device.stop();
    const parked = this.#parked.get(name) as Parked;
    const tpm = await parked.socket.open();
    const radio = parked.radio === null ? null : await this.#openChip(name);
    this.#parked.set(name, { ...parked, tpm, radio, cuts: parked.cuts + 1 });
  }

  isOn(name: string): boolean {
    return this.#running.has(name);
  }

  /** Switch a node on and wait until it is a member. */
  async join(name: string, limitMs = 600_000): Promise<void> {
    const { actor } = this.switchOn(name) as NodeDevice;
    await this.until(
      () => actor.getSnapshot().matches({ running: 'member' }),
      limitMs,
      `${name} joins`,
    );
  }

  /** Run until `done`; throws `WORLD_TIMEOUT` if it never holds within `limitMs` of virtual time. */
  async until(done: () => boolean, limitMs: number, what: string): Promise<void> {
    const reached = await this.clock.runUntil(done, this.clock.now() + limitMs);
    if (!reached)
      throw new TiesError(
        'WORLD_TIMEOUT',
        `Within ${limitMs / 1000} s of virtual time it did not come about that ${what}.`,
      );
  }

  /** Switch everything off; nothing of the world stays behind. */
  async close(): Promise<void> {
    this.air.close();
    for (const { device } of this.#running.values()) await device.stop();
    for (const [name, { tpm, radio, socket }] of this.#parked) {
      if (!this.#running.has(name)) {
        radio?.close();
        await tpm.close();
      }
      await socket.end();
    }
  }

  async #provision(role: MemberRole): Promise<void> {
    const { name } = role;
    const { tpm: kind = 'model', profile, seed } = this.#options;
    const { ffi, translate: translation } = role.tpm;
    const socket = await supplyTpm({ kind, profile, seed, device: name, ffi, translation });
    const tpm = await socket.open().catch(async (error: unknown) => {
      await socket.end();
      throw error;
    });
    const disk = (await this.#options.disk?.(name)) ?? new SimulatedDisk();
    const parked = { role, socket, tpm, disk, label: null, radio: null, cuts: 0 };
    this.#parked.set(name, parked);
    const label = await provisionDevice(role, tpm);
    const radio = this.#options.radio === 'chip' ? await this.#openChip(name) : null;
    this.#parked.set(name, { ...parked, label, radio });
  }

  #openStore(name: string, isOn: () => boolean): Store {
    const { disk } = this.#parked.get(name) as Parked;
    const { wrapDisk, commitMs = 0 } = this.#options;
    const powered = committingWhile(isOn, disk);
    const store = new DurableStore({
      disk: wrapDisk?.(powered, name) ?? powered,
      contents: disk.contents(),
      schedule: (commit) => void this.clock.work(commitMs, commit),
    });
    return toldWhile(isOn, store);
  }

  /** As a role file would name it. */
  #peerOf(name: string): string {
    return name === CENTER_NAME ? 'center' : toHex(shortDevId(this.label(name).devId));
  }

  async #openChip(name: string): Promise<Radio> {
    const { clock, medium } = this;
    const { seed, preset } = this.#options;
    const { cuts } = this.#parked.get(name) as Parked;
    const random = seededRandom(seed, nthLabel(`${name} chip`, cuts));
    const antenna = medium.attach({ id: name });
    const opening = chipRadio({ clock, random, antenna, modulation: presets[preset] });
    this.chips.set(name, opening.chip);
    return clock.settling(opening.radio, 1000);
  }

  #powered(name: string): Powered {
    const powered = this.#running.get(name);
    if (powered === undefined)
      throw new TiesError('WORLD_OFF', `${name} is not switched on in this world.`);
    return powered;
  }

  #hear(news: Sighting): void {
    if (news.type === 'node.joined' || news.type === 'node.rejoined')
      this.#addresses.set(news.device, (news.what as { address: number }).address);
    this.#options.listen?.(news);
  }
}
