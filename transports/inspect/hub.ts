import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { Clock } from '../../drivers/clock/interface.ts';
import { decodeReading, type Reading } from '../../protocol/reading.ts';
import { essenceOf, snapshotEssence } from './essence.ts';
import {
  type EventSeen,
  type Feed,
  type Hello,
  type InspectEvent,
  standingKey,
} from './interface.ts';
import { plain } from './plain.ts';
import { Reader } from './reader.ts';
import {
  type AnySnapshot,
  actorSeen,
  eventSeen,
  type Identity,
  identify,
  type Origin,
  snapshotSeen,
  timersOf,
  wholeSnapshot,
} from './seen.ts';
import { Trail } from './trail.ts';

export interface HubInput {
  readonly title: string;
  /** Of the world that is watched. */
  readonly clock: Pick<Clock, 'now'>;
  /** Where its 0 is, in milliseconds since 1970. */
  readonly epochMs: number;
  /** `always`: also while nobody watches every event is kept whole, at the cost of each. */
  readonly detail: 'watched' | 'always';
  readonly maxEvents?: number;
  readonly maxBytes?: number;
}

/** Of what is kept for who comes late. */
const MAX_EVENTS = 20_000;
const MAX_BYTES = 12 * 1024 * 1024;
/** What an event weighs that is not JSON yet. */
const SLIM_BYTES = 120;

/** More devices and peers than a network has; of guests there may be any number. */
const MAX_STANDING = 4_000;
/** An event as JSON, or how it is made when somebody reads it. */
export type Kept = string | (() => InspectEvent);

/** What a sensor measured is for everybody who may look; its bytes alone would say nothing. */
const readingIn = (news: object): { reading?: Reading } => {
  const { payload } = news as { readonly payload?: unknown };
  const reading = payload instanceof Uint8Array ? decodeReading(payload) : null;
  return reading === null ? {} : { reading };
};

interface Live {
  readonly who: Identity;
  readonly actor: AnyActorRef;
  readonly beganMs: number;
  /** Number of the event that told of it. */
  readonly number: number;
}

/**
 * What taps see, kept for who watches: the last of the events, and every actor that lives. While
 * nobody does, an event costs a reference and no more: of most only the type and the state it led
 * to stay. Readers draw from here at their own speed; the hub never waits for one.
 */
export class Hub {
  readonly #input: HubInput;
  readonly #trail: Trail<Kept>;
  readonly #live = new Map<string, Live>();
  readonly #identities = new WeakMap<AnyActorRef, Identity>();
  readonly #waiting = new Set<() => void>();
  /** What holds since before the oldest event that is kept. */
  readonly #standing = new Map<string, { readonly text: string; readonly number: number }>();
  #viewers = 0;

  constructor(input: HubInput) {
    this.#input = input;
    const { maxEvents = MAX_EVENTS, maxBytes = MAX_BYTES } = input;
    this.#trail = new Trail({ maxItems: maxEvents, maxBytes });
  }

  /** For the tap of a device, once for each of its starts. */
  feed(device: string): Feed {
    const origin = { device, epochMs: this.#input.epochMs };
    return {
      inspect: (seen, atMs) => this.#inspect(origin, seen, atMs),
      news: (news, atMs) => {
        const shown = { ...(plain(news) as { type: string }), ...readingIn(news) };
        this.tell({ type: '@ties.news', atMs, device, news: shown });
      },
    };
  }

  /** An event that did not come from a tap. */
  tell(event: InspectEvent): void {
    const text = JSON.stringify(event);
    const key = standingKey(event);
    if (key !== null && (this.#standing.size < MAX_STANDING || this.#standing.has(key)))
      this.#standing.set(key, { text, number: this.#trail.end });
    this.#keep(text);
  }

  /** Somebody begins to read from the oldest event on. */
  watch(): Reader {
    this.#viewers += 1;
    return new Reader(this.#trail, {
      opening: () => this.#opening(),
      present: () => this.#present(),
      wait: (wake) => {
        this.#waiting.add(wake);
        return () => this.#waiting.delete(wake);
      },
      leave: () => {
        this.#viewers -= 1;
      },
    });
  }

  get clock(): HubInput['clock'] {
    return this.#input.clock;
  }

  get epochMs(): number {
    return this.#input.epochMs;
  }

  get viewers(): number {
    return this.#viewers;
  }

  get #isWhole(): boolean {
    return this.#viewers > 0 || this.#input.detail === 'always';
  }

  #inspect(origin: Origin, seen: InspectionEvent, atMs: number): void {
    // Half of what xstate tells: the snapshot that follows says what came of it.
    if (seen.type === '@xstate.microstep' || seen.type === '@xstate.action') return;
    const actor = seen.actorRef as AnyActorRef;
    const who = this.#identityOf(origin, actor);
    if (seen.type === '@xstate.actor') {
      this.#live.set(who.sessionId, { who, actor, beganMs: atMs, number: this.#trail.end });
      this.#add(() => actorSeen(who, atMs));
    } else if (seen.type === '@xstate.event') {
      const source = seen.sourceRef as AnyActorRef | undefined;
      const sourceId = source && this.#identityOf(origin, source).sessionId;
      const event = this.#isWhole
        ? (plain(seen.event) as EventSeen['event'])
        : essenceOf(seen.event);
      this.#add(() => eventSeen(who, atMs, event, sourceId));
    } else {
      const snapshot = seen.snapshot as AnySnapshot;
      const { type } = seen.event;
      if (snapshot.status !== 'active') this.#live.delete(who.sessionId);
      const shown = this.#isWhole ? wholeSnapshot(snapshot) : snapshotEssence(who.name, snapshot);
      const timers = this.#isWhole ? timersOf(actor, atMs) : undefined;
      this.#add(() => snapshotSeen(who, atMs, type, shown, timers));
    }
  }

  #identityOf(origin: Origin, actor: AnyActorRef): Identity {
    const known = this.#identities.get(actor);
    if (known !== undefined) return known;
    const identity = identify(origin, actor);
    this.#identities.set(actor, identity);
    return identity;
  }

  #add(make: () => InspectEvent): void {
    this.#keep(this.#isWhole ? JSON.stringify(make()) : make);
  }

  #keep(kept: Kept): void {
    this.#trail.push(kept, typeof kept === 'string' ? kept.length : SLIM_BYTES);
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Who is there, and what holds, from before the oldest event that is kept. */
  *#opening(): Generator<InspectEvent> {
    const { title, epochMs, clock } = this.#input;
    yield { type: '@ties.hello', title, epochMs, nowMs: clock.now() } satisfies Hello;
    for (const { who, beganMs, number } of this.#live.values())
      if (number < this.#trail.first) yield actorSeen(who, beganMs);
    for (const { text, number } of this.#standing.values())
      if (number < this.#trail.first) yield JSON.parse(text);
  }

  /** How every machine that lives is doing at this moment. */
  *#present(): Generator<InspectEvent> {
    const atMs = this.#input.clock.now();
    for (const { who, actor } of this.#live.values()) {
      const snapshot = actor.getSnapshot() as AnySnapshot;
      if (snapshot.value !== undefined)
        yield snapshotSeen(who, atMs, '', wholeSnapshot(snapshot), timersOf(actor, atMs));
    }
  }
}
