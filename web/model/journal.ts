import {
  type ActorSeen,
  type DutySeen,
  type EventSeen,
  type InspectEvent,
  type MessageSeen,
  type NewsSeen,
  type PaceSeen,
  type SnapshotSeen,
  standingKey,
} from '../../transports/inspect/interface.ts';

/** What has a moment and moves the world on. */
export type Happening = ActorSeen | EventSeen | SnapshotSeen | NewsSeen | DutySeen;

/** More are not kept; then the oldest part goes. */
const MAX_HAPPENINGS = 60_000;
const DROPPED_AT_ONCE = 10_000;
const MAX_MESSAGES = 6_000;
const MESSAGES_DROPPED_AT_ONCE = 1_000;

/** Of what goes, that which holds on: who lives, how each was doing, and what stands. */
const holding = (gone: readonly Happening[]): Happening[] => {
  const held = new Map<string, Happening>();
  for (const it of gone) {
    const key = standingKey(it);
    if (key !== null) held.set(key, it);
    else if (it.type === '@xstate.actor') held.set(`begun ${it.sessionId}`, it);
    else if (it.type === '@xstate.snapshot') {
      const isOver = it.snapshot.status !== 'active';
      if (isOver) held.delete(`begun ${it.sessionId}`);
      if (isOver) held.delete(`state ${it.sessionId}`);
      else held.set(`state ${it.sessionId}`, it);
    }
  }
  return [...held.values()].sort((a, b) => a.atMs - b.atMs);
};

/** The first place at or after a moment, in what is sorted by it. */
export const placeOf = (sorted: readonly { readonly atMs: number }[], atMs: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as { atMs: number }).atMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** All that was heard of a run, in the order of its time. */
export class Journal {
  title = '';
  /** Where its 0 is, in milliseconds since 1970. */
  epochMs = 0;
  /** Null where it cannot be set. */
  pace: PaceSeen | null = null;
  /** Events that are missing. */
  lost = 0;
  /** Grows with every change. */
  revision = 0;
  /** Places from here on are not what they were; readers take it back to infinity. */
  changedFrom = Number.POSITIVE_INFINITY;
  happenings: Happening[] = [];
  messages: MessageSeen[] = [];
  readonly #messageAt = new Map<number, number>();

  add(events: readonly InspectEvent[]): void {
    for (const event of events) this.#take(event);
    if (this.happenings.length > MAX_HAPPENINGS) {
      const gone = this.happenings.splice(0, DROPPED_AT_ONCE);
      this.happenings = [...holding(gone), ...this.happenings];
      this.changedFrom = 0;
    }
    if (this.messages.length > MAX_MESSAGES) this.#dropMessages();
    this.revision += 1;
  }

  get firstMs(): number {
    const firsts = [this.happenings[0]?.atMs, this.messages[0]?.atMs];
    return Math.min(...firsts.filter((atMs) => atMs !== undefined), this.lastMs);
  }

  get lastMs(): number {
    return Math.max(this.#lastHappenedMs, this.messages.at(-1)?.atMs ?? 0);
  }

  get #lastHappenedMs(): number {
    return this.happenings.at(-1)?.atMs ?? 0;
  }

  #take(event: InspectEvent): void {
    switch (event.type) {
      case '@ties.hello':
        this.#begin(event.title, event.epochMs);
        break;
      case '@ties.pace':
        this.pace = event;
        break;
      case '@ties.gap':
        this.lost += event.lost;
        break;
      case '@ties.message':
        this.#takeMessage(event);
        break;
      default:
        this.#insert(event);
    }
  }

  /** Whoever serves it begins anew, and says all that is known of the past. */
  #begin(title: string, epochMs: number): void {
    Object.assign(this, { title, epochMs, lost: 0, pace: null, changedFrom: 0 });
    this.happenings = [];
    this.messages = [];
    this.#messageAt.clear();
  }

  #takeMessage(message: MessageSeen): void {
    const known = this.#messageAt.get(message.id);
    if (known !== undefined) this.messages[known] = message;
    else this.#messageAt.set(message.id, this.messages.push(message) - 1);
  }

  #dropMessages(): void {
    for (const { id } of this.messages.splice(0, MESSAGES_DROPPED_AT_ONCE))
      this.#messageAt.delete(id);
    this.messages.forEach(({ id }, at) => {
      this.#messageAt.set(id, at);
    });
  }

  /** Who lives since before all that is kept is told of late. */
  #insert(happening: Happening): void {
    if (happening.atMs >= this.#lastHappenedMs) {
      this.happenings.push(happening);
      return;
    }
    const place = placeOf(this.happenings, happening.atMs + Number.EPSILON);
    this.happenings.splice(place, 0, happening);
    this.changedFrom = Math.min(this.changedFrom, place);
  }
}
