import { z } from 'zod';
import { REJOIN } from '../../actors/node/rejoin.ts';
import type { Random } from '../../drivers/random/interface.ts';
import { encodeReading } from '../../protocol/reading.ts';
import { seededRandom, unitInterval } from '../seeded-random.ts';
import { type Meter, scenario } from '../sweep/scenario.ts';
import { CENTER_NAME, World } from '../world.ts';
import { randomGraph } from './random-graph.ts';

const HOUR_MS = 3_600_000;
const READING_EVERY_MS = 600_000;
/** Nothing of it takes longer where it comes about at all. */
const LIMIT_MS = 24 * HOUR_MS;
const LOOK_EVERY_MS = 1_000;

const parameters = z.strictObject({
  nodes: z.int().min(4).max(20_000),
  /** Nodes are switched on one after the other, so many seconds apart; 0 is all at once. */
  joinEveryS: z.number().min(0).default(8),
  /** A session is begun by somebody so often. */
  sessionEveryS: z.number().min(0).default(4),
  /** Peers of a node. */
  degree: z.int().min(1).max(8).default(3),
  hours: z.number().min(0).max(800).default(24),
  /** Whether a tenth of the nodes lose their power, and then the CE. */
  accidents: z.boolean().default(true),
  /** Whether the site loses its power in the end, and comes back at one moment. */
  outage: z.boolean().default(false),
  preset: z.enum(['default', 'paper']).default('default'),
});
type Given = z.output<typeof parameters>;

const COST = { isMeasured: true } as const;

export const scaleScenario = scenario({
  about:
    'The whole runtime, every node on one channel: all join, each gets sessions with its neighbours in a random graph, all send readings; then some fail, and the CE is restarted.',
  parameters,
  outputs: {
    wallS: { unit: 's', about: 'Real time of all of it.', ...COST },
    cpuS: { unit: 's', about: 'CPU time of all of it, of the whole process.', ...COST },
    heapMb: { unit: 'MB', about: 'Memory in use in the end, garbage not counted.', ...COST },
    events: { unit: '', about: 'Entries of the virtual clock that fired.' },
    eventUs: { unit: 'µs', about: 'CPU time for one of them.', ...COST },
    joinCpuS: { unit: 's', about: 'CPU time of the joins.', ...COST },
    sessionCpuS: { unit: 's', about: 'CPU time of the sessions.', ...COST },
    readingCpuS: { unit: 's', about: 'CPU time of the readings.', ...COST },
    joinS: {
      unit: 's',
      about: 'From the first node being switched on until all are members and hold the list.',
    },
    joinAirtimeMs: { unit: 'ms', about: 'Of all radios, for each node that joined.' },
    joinCenterAirtimeMs: { unit: 'ms', about: "Of the CE's radio, for each node that joined." },
    sessionsShare: { unit: '', about: 'Of the sessions that the graph asks for, those confirmed.' },
    sessionAirtimeMs: { unit: 'ms', about: 'Of all radios, for each session.' },
    readingsShare: { unit: '', about: 'Of the readings sent, those that arrived.' },
    readingAirtimeMs: { unit: 'ms', about: 'Of all radios, for each reading.' },
    channelShare: {
      unit: '',
      about: 'Of the hours of readings, the share in which something was on the air.',
    },
    failureS: {
      unit: 's',
      about: 'Until a tenth of the nodes, switched off and on at once, are members again.',
    },
    centerRestartS: {
      unit: 's',
      about: 'Until the CE, switched off and on, has agreed with every node again.',
    },
    outageS: {
      unit: 's',
      about:
        'Until all nodes are members again after a power cut of the whole site; none where there was no such.',
    },
  },
  run: async (given, { seed, meter }) => {
    const startMs = meter.wallMs();
    const site = new Site(given, seed, meter);
    try {
      return { ...(await site.live()), wallS: (meter.wallMs() - startMs) / 1000 };
    } finally {
      await site.close();
    }
  },
});

/** What a phase took. */
interface Phase {
  readonly cpuS: number;
  readonly virtualS: number;
  readonly airtimeMs: number;
  readonly centerAirtimeMs: number;
}

class Site {
  readonly #given: Given;
  readonly #seed: number;
  readonly #meter: Meter;
  readonly #air = { allMs: 0, centerMs: 0 };
  readonly #confirmed = new Set<string>();
  #received = 0;
  /** Nodes that have seen a rejoin through. */
  readonly #rejoined = new Set<string>();
  #made: World | null = null;

  constructor(given: Given, seed: number, meter: Meter) {
    this.#given = given;
    this.#seed = seed;
    this.#meter = meter;
  }

  get #world(): World {
    return this.#made as World;
  }

  async live() {
    const { nodes, degree, hours, accidents, outage, preset } = this.#given;
    const beganMs = this.#meter.cpuMs();
    this.#made = await World.create({
      ...{ nodes, preset, seed: this.#seed, keepsAir: false },
      listen: ({ device, type, what }) => {
        if (type === 'session.confirmed') {
          const { peer } = what as { peer: number };
          this.#confirmed.add(`${device} ${peer}`);
        } else if (type === 'reading.received') this.#received += 1;
        else if (type === 'run.ended') this.#ended(device, what as Ended);
      },
    });
    this.#world.medium.sent.subscribe(({ radioId, airtimeMs }) => {
      this.#air.allMs += airtimeMs;
      if (radioId === CENTER_NAME) this.#air.centerMs += airtimeMs;
    });
    const names = this.#world.nodeNames;
    const random = seededRandom(this.#seed, 'site');
    const edges = randomGraph(nodes, degree, random);
    const join = await this.#phase(() => this.#joins(names));
    const session = await this.#phase(() => this.#sessions(names, edges));
    const sent = { readings: 0 };
    const reading = await this.#phase(() => this.#readings(names, edges, random, sent));
    const received = this.#received;
    const tenth = names.slice(0, Math.ceil(nodes / 10));
    const failure = accidents ? await this.#phase(() => this.#powerCut(tenth)) : null;
    const restart = accidents ? await this.#phase(() => this.#centerRestarts(names)) : null;
    const site = outage ? await this.#phase(() => this.#powerCut([...names, CENTER_NAME])) : null;
    const events = this.#world.clock.fired;
    const cpuMs = this.#meter.cpuMs() - beganMs;
    return {
      ...{ cpuS: cpuMs / 1000, events, eventUs: (1000 * cpuMs) / events },
      heapMb: this.#meter.heapBytes() / 1e6,
      joinCpuS: join.cpuS,
      sessionCpuS: session.cpuS,
      readingCpuS: reading.cpuS,
      joinS: join.virtualS,
      joinAirtimeMs: join.airtimeMs / nodes,
      joinCenterAirtimeMs: join.centerAirtimeMs / nodes,
      sessionsShare: this.#confirmedOf(names, edges) / edges.length,
      sessionAirtimeMs: session.airtimeMs / edges.length,
      readingsShare: sent.readings === 0 ? null : received / sent.readings,
      readingAirtimeMs: sent.readings === 0 ? null : reading.airtimeMs / sent.readings,
      channelShare: hours === 0 ? null : reading.airtimeMs / (hours * HOUR_MS),
      failureS: failure?.virtualS ?? null,
      centerRestartS: restart?.virtualS ?? null,
      outageS: site?.virtualS ?? null,
    };
  }

  #ended(device: string, { actor, reason }: Ended): void {
    if (reason === null && actor === REJOIN) this.#rejoined.add(device);
  }

  async close(): Promise<void> {
    await this.#made?.close();
  }

  async #phase(act: () => Promise<void>): Promise<Phase> {
    const { clock } = this.#world;
    const [cpuMs, nowMs, air] = [this.#meter.cpuMs(), clock.now(), { ...this.#air }];
    await act();
    return {
      cpuS: (this.#meter.cpuMs() - cpuMs) / 1000,
      virtualS: (clock.now() - nowMs) / 1000,
      airtimeMs: this.#air.allMs - air.allMs,
      centerAirtimeMs: this.#air.centerMs - air.centerMs,
    };
  }

  /** Asked once a second: at each entry it would cost more than the entry. */
  async #until(done: () => boolean, what: string): Promise<void> {
    const { clock } = this.#world;
    const limitMs = clock.now() + LIMIT_MS;
    while (!done() && clock.now() < limitMs) await clock.advance(LOOK_EVERY_MS);
    await this.#world.until(done, 0, what);
  }

  async #joins(names: readonly string[]): Promise<void> {
    const world = this.#world;
    for (const name of names) {
      world.switchOn(name);
      await world.clock.advance(1000 * this.#given.joinEveryS);
    }
    await this.#until(() => names.every((name) => world.hasJoined(name)), 'all have joined');
    const versions = () => new Set(names.map((name) => world.rosterVersion(name)));
    await this.#until(
      () => versions().size === 1 && !versions().has(0),
      'all hold the list of authorized devices',
    );
  }

  async #sessions(names: readonly string[], edges: readonly Edge[]): Promise<void> {
    const world = this.#world;
    for (let round = 0; round < 3; round += 1) {
      for (const [from, to] of edges) {
        if (this.#isConfirmed(names, [from, to])) continue;
        const peer = world.address(names[to] as string);
        world
          .node(names[from] as string)
          .actor.send({ type: 'session.request', peer, mode: 'direct' });
        await world.clock.advance(1000 * this.#given.sessionEveryS);
      }
      await world.clock.advance(30_000);
    }
  }

  #isConfirmed(names: readonly string[], [from, to]: Edge): boolean {
    return this.#confirmed.has(`${names[from]} ${this.#world.address(names[to] as string)}`);
  }

  #confirmedOf(names: readonly string[], edges: readonly Edge[]): number {
    return edges.filter((edge) => this.#isConfirmed(names, edge)).length;
  }

  /** Each node tells one neighbour every ten minutes, at a moment of its own. */
  async #readings(
    names: readonly string[],
    edges: readonly Edge[],
    random: Random,
    sent: { readings: number },
  ): Promise<void> {
    const world = this.#world;
    const { clock } = world;
    const endMs = clock.now() + this.#given.hours * HOUR_MS;
    const neighbour = new Map(edges.map(([from, to]) => [from, to]));
    for (const [index, name] of names.entries()) {
      const to = neighbour.get(index);
      if (to === undefined) continue;
      const peer = world.address(names[to] as string);
      let number = 0;
      const send = (): void => {
        if (clock.now() >= endMs) return;
        number += 1;
        sent.readings += 1;
        const uptimeS = clock.now() / 1000;
        const measured = { temperatureC: 20, humidityPercent: 50, pressurePa: 101_325 };
        const payload = encodeReading({ ...measured, epoch: 1, number, uptimeS });
        world.node(name).actor.send({ type: 'reading.send', peer, payload });
        clock.setTimeout(send, READING_EVERY_MS);
      };
      clock.setTimeout(send, READING_EVERY_MS * unitInterval(random));
    }
    await clock.advance(this.#given.hours * HOUR_MS + 60_000);
  }

  async #powerCut(names: readonly string[]): Promise<void> {
    const world = this.#world;
    for (const name of names) await world.powerOff(name);
    this.#rejoined.clear();
    for (const name of names) world.switchOn(name);
    const nodes = names.filter((name) => name !== CENTER_NAME).length;
    await this.#until(() => this.#rejoined.size >= nodes, 'all are members again');
  }

  async #centerRestarts(names: readonly string[]): Promise<void> {
    await this.#world.powerOff(CENTER_NAME);
    this.#rejoined.clear();
    this.#world.switchOn(CENTER_NAME);
    await this.#until(() => this.#rejoined.size >= names.length, 'the center knows all again');
  }
}

/** As the news `run.ended` has it. */
interface Ended {
  readonly actor: string;
  readonly reason: string | null;
}

type Edge = readonly [from: number, to: number];
