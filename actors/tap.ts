import type { Logger } from 'pino';
import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { Clock } from '../drivers/clock/interface.ts';
import type { Feed } from '../transports/inspect/interface.ts';
import { atMostEvery } from './at-most-every.ts';

/** One thing that happened on a device, as the tap saw it. */
export interface Sighting {
  readonly atMs: number;
  readonly device: string;
  /** Name of the actor within its device. */
  readonly actor: string;
  /** `event`: it was sent this; `state`: it is in this; `news`: the root told this. */
  readonly kind: 'event' | 'state' | 'news';
  readonly type: string;
  /** The event or snapshot itself; secrets in it cannot be read. */
  readonly what: unknown;
}

export type Watcher = (sighting: Sighting) => void;

/** News that an operator should see; so is all that comes with an advice. */
const WARNINGS = new Set(['message.refused', 'message.dead', 'label.refused', 'command.refused']);
/** Reasons that belong to the ordinary run of things: a list that is broadcast again. */
const ORDINARY = new Set(['held']);
/** What comes all day long. */
const ROUTINE = new Set(['sensor.measured', 'reading.received']);
/** What anybody on the air may cause, without end: each kind is a warning at most so often. */
const AIRBORNE = new Set(['message.refused', 'message.dead']);
export const AIRBORNE_MS = 60_000;
const FAILURES = new Set(['node.failed', 'center.failed']);

interface News {
  readonly type: string;
  /** Of a message. */
  readonly name?: string | null;
  readonly reason?: string | null;
  /** What the operator can do. */
  readonly advice?: string | null;
}

/** As JSON, without its price where a state has no parts. */
const stateText = (value: unknown): string =>
  typeof value === 'string' ? `"${value}"` : JSON.stringify(value);

const levelOf = ({ type, reason, advice = null }: News): 'error' | 'warn' | 'info' | 'debug' => {
  if (FAILURES.has(type)) return 'error';
  if (ORDINARY.has(reason ?? '') || ROUTINE.has(type)) return 'debug';
  return WARNINGS.has(type) || advice !== null ? 'warn' : 'info';
};

/**
 * The one place from which a running device is watched: logs, dead letters, timelines and viewers
 * all hang on it. Machines do not log.
 */
export class Tap {
  readonly #device: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #watchers: readonly Watcher[];
  readonly #listeners: readonly Watcher[];
  readonly #feed: Feed | null;
  readonly #mayWarn: (kind: string) => boolean;

  constructor(deps: {
    device: string;
    clock: Clock;
    log: Logger;
    watchers: readonly Watcher[];
    /** Those who want to be told of news alone. */
    listeners?: readonly Watcher[];
    /** Of the inspector. */
    feed?: Feed | null;
  }) {
    this.#device = deps.device;
    this.#clock = deps.clock;
    this.#log = deps.log.child({ device: deps.device });
    this.#watchers = deps.watchers;
    this.#listeners = deps.listeners ?? [];
    this.#feed = deps.feed ?? null;
    this.#mayWarn = atMostEvery(deps.clock, AIRBORNE_MS);
  }

  /** For `createActor({ inspect })`; none where nobody wants to know more than the news. */
  get inspect(): ((seen: InspectionEvent) => void) | undefined {
    const isWatched =
      this.#feed !== null || this.#watchers.length > 0 || this.#log.isLevelEnabled('trace');
    return isWatched ? this.#inspect : undefined;
  }

  readonly #inspect = (seen: InspectionEvent): void => {
    this.#feed?.inspect(seen, this.#clock.now());
    if (seen.type === '@xstate.event')
      this.#see(seen.actorRef as AnyActorRef, 'event', seen.event.type, seen.event);
    else if (seen.type === '@xstate.snapshot' && 'value' in seen.snapshot)
      this.#see(
        seen.actorRef as AnyActorRef,
        'state',
        stateText(seen.snapshot.value),
        seen.snapshot,
      );
  };

  /** What the root emits. */
  watch(root: AnyActorRef): void {
    root.on('*', (news: News) => {
      this.#see(root, 'news', news.type, news);
      this.#feed?.news(news, this.#clock.now());
      this.#log[this.#levelOf(news)](news, news.type);
    });
  }

  #levelOf(news: News): ReturnType<typeof levelOf> {
    const level = levelOf(news);
    const { type, name, reason } = news;
    if (level !== 'warn' || !AIRBORNE.has(type)) return level;
    return this.#mayWarn(`${type} ${name} ${reason}`) ? level : 'debug';
  }

  #see(actor: AnyActorRef, kind: Sighting['kind'], type: string, what: unknown): void {
    const atMs = this.#clock.now();
    const sighting = { atMs, device: this.#device, actor: actor.id, kind, type, what };
    if (kind === 'news') for (const listener of this.#listeners) listener(sighting);
    for (const watcher of this.#watchers) watcher(sighting);
    if (kind !== 'news') this.#log.trace({ actor: actor.id, kind, type });
  }
}
