import type {
  ActorSeen,
  PlainSnapshot,
  StateValue,
  Timer,
} from '../../transports/inspect/interface.ts';
import type { Happening } from './journal.ts';

/** One actor at a moment. */
export interface Actor {
  readonly id: string;
  readonly device: string;
  readonly name: string;
  readonly parentId: string | null;
  /** Its chart as JSON; null where it has none. */
  readonly definition: string | null;
  readonly status: PlainSnapshot['status'];
  readonly value: StateValue | null;
  /** Of the state before, and the event that led from it to this one. */
  readonly before: StateValue | null;
  readonly event: string | null;
  readonly movedMs: number;
  readonly context: unknown;
  readonly ending: unknown;
  readonly timers: readonly Timer[];
  readonly beganMs: number;
  readonly endedMs: number | null;
  /** How many of this name its parent had before. */
  readonly predecessors: number;
}

export type Actors = ReadonlyMap<string, Actor>;

const unknownActor = (id: string, { device, atMs }: Happening): Actor => ({
  ...{ id, device, name: id.split('/').at(-1) as string, parentId: null, definition: null },
  ...{ status: 'active', value: null, before: null, event: null, movedMs: atMs, timers: [] },
  ...{ context: undefined, ending: undefined, beganMs: atMs, endedMs: null, predecessors: 0 },
});

const isSame = (a: StateValue | null, b: StateValue | null): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);

/** Of actors that have ended and had a chart so many are remembered; of others those that failed. */
const MAX_ENDED = 600;

/** Everybody at a moment. */
interface Point {
  readonly actors: Map<string, Actor>;
  /** How many there were of a name under a root. */
  readonly namesakes: Map<string, number>;
  /** Who has ended, the first to do so first. */
  readonly ended: string[];
}

const noPoint = (): Point => ({ actors: new Map(), namesakes: new Map(), ended: [] });
const copyOf = ({ actors, namesakes, ended }: Point): Point => ({
  actors: new Map(actors),
  namesakes: new Map(namesakes),
  ended: [...ended],
});

const predecessorsOf = ({ actors, namesakes }: Point, it: ActorSeen): number => {
  const parent = actors.get(it.parentId ?? '');
  if (parent === undefined || parent.parentId !== null) return 0;
  const key = `${parent.id} ${it.name}`;
  const count = namesakes.get(key) ?? 0;
  namesakes.set(key, count + 1);
  return count;
};

const end = ({ actors, ended }: Point, actor: Actor): void => {
  if (actor.definition === null && actor.status !== 'error') {
    actors.delete(actor.id);
    return;
  }
  ended.push(actor.id);
  if (ended.length > MAX_ENDED) actors.delete(ended.shift() as string);
};

/** What a happening makes of the actors: it is put into the map, each actor anew. */
const follow = (point: Point, it: Happening): void => {
  const { actors } = point;
  if (it.type === '@xstate.actor') {
    actors.set(it.sessionId, {
      ...(actors.get(it.sessionId) ?? unknownActor(it.sessionId, it)),
      ...{ name: it.name, parentId: it.parentId ?? null, definition: it.definition ?? null },
      predecessors: predecessorsOf(point, it),
    });
    return;
  }
  if (it.type !== '@xstate.snapshot') return;
  const actor = actors.get(it.sessionId) ?? unknownActor(it.sessionId, it);
  const { status, value = null, context, output, error } = it.snapshot;
  const isOver = status !== 'active';
  const hasMoved = !isSame(actor.value, value) || (isOver && actor.endedMs === null);
  const next: Actor = {
    ...actor,
    status,
    value,
    ...(hasMoved && { before: actor.value, event: it.event.type, movedMs: it.atMs }),
    context: context ?? actor.context,
    ending: output ?? error,
    timers: isOver ? [] : (it.timers ?? []),
    endedMs: isOver ? (actor.endedMs ?? it.atMs) : null,
  };
  actors.set(it.sessionId, next);
  if (isOver && actor.endedMs === null) end(point, next);
};

const STRIDE = 2_000;

/**
 * Who was there, and how each was doing, after so many happenings. What is asked for in order of
 * time costs what happened since; anything else at most `STRIDE` steps from a point on the way.
 */
export class Past {
  #points: Point[] = [noPoint()];
  #at = 0;
  #now: Point = noPoint();

  /** What was known from this place on does not hold any more. */
  forget(from: number): void {
    this.#points.length = Math.min(this.#points.length, Math.floor(from / STRIDE) + 1);
    if (this.#at > from) this.#back(from);
  }

  after(happenings: readonly Happening[], count: number): Actors {
    if (count < this.#at) this.#back(count);
    for (; this.#at < count; this.#at += 1) {
      if (this.#at % STRIDE === 0) this.#points[this.#at / STRIDE] ??= copyOf(this.#now);
      follow(this.#now, happenings[this.#at] as Happening);
    }
    return this.#now.actors;
  }

  #back(count: number): void {
    const place = Math.min(Math.floor(count / STRIDE), this.#points.length - 1);
    this.#now = copyOf(this.#points[place] as Point);
    this.#at = place * STRIDE;
  }
}

/** `running.member`, `working.timely`; of parallel states each region. */
export const stateText = (value: StateValue | null): string => {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  const parts = Object.entries(value).map(([state, inner]) => {
    const rest = stateText(inner);
    return rest === '' ? state : `${state}.${rest}`;
  });
  return parts.join(' | ');
};

/** How an actor is doing, as far as it matters at a glance. */
export type Health = 'alive' | 'waiting' | 'done' | 'failed' | 'stopped';

/** Reasons with which a protocol run ends are strings; success is null. */
const reasonOf = (ending: unknown): unknown =>
  (ending as { readonly reason?: unknown } | null | undefined)?.reason;

export const healthOf = ({ status, ending, timers, parentId }: Actor): Health => {
  if (status === 'stopped') return 'stopped';
  if (status === 'error') return 'failed';
  if (status === 'done') return (reasonOf(ending) ?? null) === null ? 'done' : 'failed';
  // A device has some watch running at any time.
  return timers.length > 0 && parentId !== null ? 'waiting' : 'alive';
};
