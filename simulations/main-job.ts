import type { KtcMode } from '../machines/ktc/requester.ts';
import { toHex } from '../protocol/bytes.ts';
import { shortDevId } from '../protocol/identity.ts';
import type { MessageName } from '../protocol/messages.ts';
import { encodeReading, type Measurement } from '../protocol/reading.ts';
import type { AirEntry, Chronicle, Entry } from './chronicle.ts';
import { seededRandom, unitInterval } from './seeded-random.ts';
import type { World } from './world.ts';

/** One join: from J1's first bit to J4 opened, and what J1 to J5 took on the link. */
export interface JoinResult {
  readonly node: string;
  readonly ms: number | null;
  /** From that bit until every member holds the list with the new one in it. */
  readonly listMs: number | null;
  readonly bytes: number;
  readonly frames: number;
}

/** One key distribution: from N1 asking its TPM for SK to K4 (indirect: K3) opened; the confirm apart. */
export interface SessionResult {
  readonly from: string;
  readonly to: string;
  readonly ms: number | null;
  readonly confirmMs: number | null;
  readonly bytes: number;
  readonly frames: number;
  readonly confirmed: boolean;
}

export interface MainJobResult {
  readonly joins: readonly JoinResult[];
  readonly sessions: readonly SessionResult[];
  readonly readings: { readonly sent: number; readonly received: number };
}

/** A step that has ended, with all that happened in it. */
export interface Step {
  readonly title: string;
  readonly outcome: string;
  readonly startMs: number;
  readonly entries: readonly Entry[];
}

const JOIN_MESSAGES: readonly MessageName[] = ['J1', 'J2', 'J3', 'J4', 'J5', 'ack'];
const KEY_MESSAGES: readonly MessageName[] = [
  'K1',
  'K2.direct',
  'K2.indirect',
  'ticket',
  'K3.direct',
  'K3.indirect',
  'K4',
];
/** No step of the main job takes longer, however many frames are lost; then it has failed. */
const STEP_LIMIT_MS = 900_000;

/**
 * The main job of TIES on a world: every node joins, then each gets a session with the next one,
 * confirms it, and both send a reading.
 */
export class MainJob {
  readonly #world: World;
  readonly #chronicle: Chronicle;
  readonly #mode: KtcMode;
  readonly #ended: (step: Step) => void;

  constructor(
    world: World,
    chronicle: Chronicle,
    options: { mode: KtcMode; ended?: (step: Step) => void },
  ) {
    this.#world = world;
    this.#chronicle = chronicle;
    this.#mode = options.mode;
    this.#ended = options.ended ?? (() => undefined);
  }

  async run(): Promise<MainJobResult> {
    const names = this.#world.nodeNames;
    const joins: JoinResult[] = [];
    for (const name of names) joins.push(await this.#join(name));
    const sessions: SessionResult[] = [];
    const readings = { sent: 0, received: 0 };
    for (const [index, from] of names.entries()) {
      const to = names[(index + 1) % names.length] as string;
      if (from === to) break;
      const bothJoined = [from, to].every((name) => this.#world.hasJoined(name));
      const session = bothJoined ? await this.#openSession(from, to) : noSession(from, to);
      sessions.push(session);
      if (!session.confirmed) continue;
      readings.received += await this.#exchangeReadings(from, to);
      readings.sent += 2;
    }
    return { joins, sessions, readings };
  }

  async #join(node: string): Promise<JoinResult> {
    const startMs = this.#now;
    const joined = await this.#reach(() => this.#world.join(node, STEP_LIMIT_MS));
    const isListed = joined && (await this.#reach(() => this.#listReachesAll()));
    const listedMs = isListed && this.#now;
    await this.#quiet();
    const rows = this.#messages(startMs, JOIN_MESSAGES, [node, 'CE']);
    const firstBitMs = rows.find(({ message }) => message === 'J1')?.startMs ?? null;
    const ms = since(firstBitMs, joined && this.#chronicle.openedMs(node, 'J4', startMs));
    const listMs = since(firstBitMs, listedMs);
    const result = { node, ms, listMs, ...totals(rows) };
    const devId = toHex(shortDevId(this.#world.label(node).devId));
    this.#end(
      `${node} joins, device ${devId}`,
      joined
        ? `${node} is a member with address ${this.#world.address(node)}: ${spent(result)}; all hold the list after ${seconds(listMs)}`
        : `${node} did not join`,
      startMs,
    );
    return result;
  }

  /** One join at a time: all hold the list before the next is switched on. */
  #listReachesAll(): Promise<void> {
    const world = this.#world;
    const members = world.nodeNames.filter((name) => world.hasJoined(name));
    const hold = () => members.every((name) => world.rosterVersion(name) >= members.length);
    return world.until(hold, STEP_LIMIT_MS, 'every member holds the new list');
  }

  async #openSession(from: string, to: string): Promise<SessionResult> {
    const startMs = this.#now;
    const { actor } = this.#world.node(from);
    actor.send({ type: 'session.request', peer: this.#world.address(to), mode: this.#mode });
    const told = (node: string) => this.#chronicle.toldMs(node, 'session.confirmed', startMs);
    await this.#reach(() =>
      this.#world.until(
        () => (told(from) !== null && told(to) !== null) || this.#gaveUp(from, startMs),
        STEP_LIMIT_MS,
        `${from} and ${to} confirm a session`,
      ),
    );
    await this.#quiet();
    const last = this.#mode === 'direct' ? 'K4' : 'K3.indirect';
    const establishedMs = this.#chronicle.openedMs(from, last, startMs);
    const askedMs = this.#chronicle.askedMs(from, 'createSessionKey', startMs);
    const confirmed = told(from) !== null && told(to) !== null;
    const answeredMs = this.#chronicle.openedMs(from, 'C2', startMs);
    const rows = this.#messages(startMs, KEY_MESSAGES, [from, to, 'CE']);
    const result = {
      from,
      to,
      ms: since(askedMs, establishedMs),
      confirmMs: since(establishedMs, answeredMs),
      ...totals(rows),
      confirmed,
    };
    this.#end(
      `${from} gets a session key for ${to} through the CE, ${this.#mode}`,
      confirmed
        ? `${from} and ${to} share a confirmed key: ${spent(result)}, confirmed ${seconds(result.confirmMs)} later`
        : `${from} and ${to} share no confirmed key`,
      startMs,
    );
    return result;
  }

  /** One reading each way; how many arrived. */
  async #exchangeReadings(from: string, to: string): Promise<number> {
    const startMs = this.#now;
    const random = seededRandom(this.#world.seed, `readings ${from} ${to}`);
    const arrived: string[] = [];
    for (const [sender, receiver] of [
      [from, to],
      [to, from],
    ] as const) {
      const payload = encodeReading({
        temperatureC: 15 + 10 * unitInterval(random),
        humidityPercent: 30 + 40 * unitInterval(random),
        pressurePa: 98_000 + 4_000 * unitInterval(random),
        ...{ epoch: 1, number: 1, uptimeS: this.#now / 1000 },
      });
      const peer = this.#world.address(receiver);
      this.#world.node(sender).actor.send({ type: 'reading.send', peer, payload });
      const received = () => this.#chronicle.readingOf(receiver, startMs);
      await this.#reach(() =>
        this.#world.until(
          () => received() !== null,
          STEP_LIMIT_MS,
          `${receiver} gets the reading of ${sender}`,
        ),
      );
      const reading = received();
      if (reading !== null) arrived.push(`${receiver} reads of ${sender} ${readingText(reading)}`);
    }
    await this.#quiet();
    this.#end(`${from} and ${to} exchange readings`, arrived.join('; ') || 'none arrived', startMs);
    return arrived.length;
  }

  get #now(): number {
    return this.#world.clock.now();
  }

  #gaveUp(node: string, sinceMs: number): boolean {
    return this.#chronicle.failedRunMs(node, sinceMs) !== null;
  }

  /** Whether the step came to its end; that it did not is the step's result, not an error. */
  async #reach(step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== 'WORLD_TIMEOUT') throw error;
      return false;
    }
  }

  /** Let acknowledgements and what follows from a step come to rest. */
  #quiet(): Promise<void> {
    return this.#world.clock.advance(500);
  }

  #messages(sinceMs: number, names: readonly MessageName[], of: readonly string[]): AirEntry[] {
    return this.#chronicle
      .air()
      .filter(
        ({ startMs, message, from, to }) =>
          startMs >= sinceMs &&
          message !== null &&
          names.includes(message) &&
          of.includes(from) &&
          of.includes(to),
      );
  }

  #end(title: string, outcome: string, startMs: number): void {
    const entries = this.#chronicle.between(startMs, this.#now);
    this.#ended({ title, outcome, startMs, entries });
  }
}

/** What is to be said of a session when one of the two is no member. */
const noSession = (from: string, to: string): SessionResult => ({
  from,
  to,
  ms: null,
  confirmMs: null,
  bytes: 0,
  frames: 0,
  confirmed: false,
});

const since = (startMs: number | null, endMs: number | null | false): number | null =>
  startMs === null || endMs === null || endMs === false ? null : Math.round(endMs - startMs);

const totals = (rows: readonly AirEntry[]): { bytes: number; frames: number } => ({
  bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
  frames: rows.reduce((sum, { frames }) => sum + frames, 0),
});

const seconds = (ms: number | null): string => (ms === null ? '?' : `${(ms / 1000).toFixed(2)} s`);

const spent = ({ ms, bytes, frames }: { ms: number | null; bytes: number; frames: number }) =>
  `${seconds(ms)}, ${bytes} B in ${frames} frames`;

const readingText = ({ temperatureC, humidityPercent, pressurePa }: Measurement): string =>
  `${temperatureC.toFixed(2)} °C, ${humidityPercent.toFixed(1)} %, ${(pressurePa / 100).toFixed(1)} hPa`;
