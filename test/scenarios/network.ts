import type { Sighting } from '../../actors/tap.ts';
import type { KtcMode } from '../../machines/ktc/requester.ts';
import { encodeReading } from '../../protocol/reading.ts';
import { Chronicle } from '../../simulations/chronicle.ts';
import { MainJob, type MainJobResult } from '../../simulations/main-job.ts';
import type { Transmission } from '../../simulations/medium/transmission.ts';
import type { TpmTiming } from '../../simulations/timed-tpm.ts';
import { World, type WorldOptions } from '../../simulations/world.ts';

export const READING = encodeReading({
  temperatureC: 21.5,
  humidityPercent: 40,
  pressurePa: 101_325,
  ...{ epoch: 1, number: 1, uptimeS: 60 },
});

/** What a root told, flattened for reading: the device, and the news itself. */
export type News = { readonly device: string; readonly type: string } & Record<string, unknown>;

export interface TpmUse extends TpmTiming {
  readonly device: string;
}

/** A world and all that was seen in it. */
export class Network {
  readonly world: World;
  readonly sightings: Sighting[];
  readonly tpmUses: TpmUse[];
  readonly transmissions: Transmission[] = [];
  readonly chronicle: Chronicle;

  private constructor(world: World, sightings: Sighting[], tpmUses: TpmUse[]) {
    this.world = world;
    this.sightings = sightings;
    this.tpmUses = tpmUses;
    this.chronicle = new Chronicle(world.air);
    world.medium.transmissions.subscribe((transmission) => this.transmissions.push(transmission));
  }

  static async create(options: WorldOptions): Promise<Network> {
    const sightings: Sighting[] = [];
    const tpmUses: TpmUse[] = [];
    let network: Network | null = null;
    const world = await World.create({
      ...options,
      watch: (sighting) => {
        sightings.push(sighting);
        network?.chronicle.noteSighting(sighting);
        options.watch?.(sighting);
      },
      tpmEnded: (device, timing) => {
        tpmUses.push({ device, ...timing });
        network?.chronicle.noteTpm(device, timing);
      },
    });
    network = new Network(world, sightings, tpmUses);
    return network;
  }

  /** Every node joins, gets a session with the next, and both send a reading. */
  mainJob(mode: KtcMode = 'direct'): Promise<MainJobResult> {
    return new MainJob(this.world, this.chronicle, { mode }).run();
  }

  /** Switch these nodes on at once, and wait until each is a member and holds the whole list. */
  async join(...names: string[]): Promise<void> {
    const { world } = this;
    for (const name of names) world.switchOn(name);
    const joined = () =>
      world.nodeNames.filter((name) => world.hasJoined(name)).length >= names.length &&
      names.every((name) => world.hasJoined(name) && this.isCurrent(name));
    await world.until(joined, 600_000, `${names.join(', ')} join`);
    await world.clock.advance(500);
  }

  isCurrent(name: string): boolean {
    return this.world.rosterVersion(name) === this.centerVersion;
  }

  get centerVersion(): number {
    return this.world.store('CE').get<{ version: number }>('roster')?.version ?? 0;
  }

  /** Ask for a session and let the run come to its end, whatever that is. */
  async session(from: string, to: string, mode: KtcMode = 'direct'): Promise<void> {
    this.request(from, this.world.address(to), mode);
    await this.settle();
  }

  request(from: string, peer: number, mode: KtcMode = 'direct'): void {
    this.world.node(from).actor.send({ type: 'session.request', peer, mode });
  }

  /** A reading from each to the other; the pairs between which one arrived. */
  async readings(...pairs: [from: string, to: string][]): Promise<string[]> {
    const since = this.sightings.length;
    for (const [from, to] of pairs) {
      const peer = this.world.address(to);
      this.world.node(from).actor.send({ type: 'reading.send', peer, payload: READING });
      await this.world.clock.advance(3_000);
    }
    return this.news('reading.received', since).map(
      ({ device, from }) => `${this.nameOf(from as number)}→${device}`,
    );
  }

  nameOf(address: number): string {
    const { world } = this;
    const named = world.nodeNames.find(
      (name) => world.hasJoined(name) && world.address(name) === address,
    );
    return named ?? (address === 1 ? 'CE' : String(address));
  }

  /** Long enough for every run to give up, and for what follows from it. */
  settle(ms = 120_000): Promise<void> {
    return this.world.clock.advance(ms);
  }

  /** News of a type, from a point of the sightings on. */
  news(type: string, since = 0): News[] {
    return this.sightings
      .slice(since)
      .filter((seen) => seen.kind === 'news' && seen.type === type)
      .map(({ device, what }) => ({ device, ...(what as { type: string }) }));
  }

  /** How each protocol run ended, as `device actor: reason`. */
  endings(since = 0): string[] {
    return this.news('run.ended', since).map(
      ({ device, actor, reason }) => `${device} ${actor}: ${reason}`,
    );
  }

  failures(since = 0): string[] {
    return this.endings(since).filter((ending) => !ending.endsWith(': null'));
  }

  /** What was refused or led nowhere, as `device message reason`. */
  refusals(since = 0): string[] {
    return [...this.news('message.refused', since), ...this.news('message.dead', since)].map(
      ({ device, name, reason }) => `${device} ${name} ${reason}`,
    );
  }

  /**
   * All that must not change by what is on the air: stores, and the shape of every root. Only the
   * floor of answered challenges may rise, for anybody may make two nodes confirm their key anew.
   */
  state(): string {
    const { world } = this;
    const devices = ['CE', ...world.nodeNames.filter((name) => world.hasJoined(name))];
    return JSON.stringify(
      devices.map((name) => {
        const { actor } = name === 'CE' ? world.center : world.node(name);
        const { value, children } = actor.getSnapshot();
        const stored = world
          .store(name)
          .entries('')
          .filter(([key]) => !/^(challenge|airtime)\//.test(key))
          .toSorted(([a], [b]) => (a < b ? -1 : 1));
        return { name, stored, value, children: Object.keys(children).toSorted() };
      }),
    );
  }
}

/** Runs `scene` in a network of its own and switches it off, whatever comes. */
export const inNetwork = async <T>(
  options: WorldOptions,
  scene: (network: Network) => Promise<T>,
): Promise<T> => {
  const network = await Network.create(options);
  try {
    return await scene(network);
  } finally {
    await network.world.close();
  }
};

/** Whether a main job with so many nodes did all it should; a session takes two that joined. */
export const isWhole = ({ sessions, readings }: MainJobResult, nodes: number): boolean =>
  sessions.length === nodes &&
  sessions.every(({ confirmed }) => confirmed) &&
  readings.sent === 2 * nodes &&
  readings.received === 2 * nodes;
