import type { AnyActorRef } from 'xstate';
import { definitionOf } from './definition.ts';
import type { ActorSeen, EventSeen, PlainSnapshot, SnapshotSeen, Timer } from './interface.ts';
import { plain } from './plain.ts';

/** The release of `@statelyai/inspect` whose events these are. */
const STATELY_VERSION = '0.7.2';

/** Which device of which world. */
export interface Origin {
  readonly device: string;
  readonly epochMs: number;
}

export interface AnySnapshot {
  readonly status: PlainSnapshot['status'];
  readonly value?: PlainSnapshot['value'];
  readonly context?: unknown;
  readonly output?: unknown;
  readonly error?: unknown;
}

/** Who an actor is, in words alone: what is kept of the past keeps no actor, and so no key, alive. */
export interface Identity {
  readonly device: string;
  readonly epochMs: number;
  readonly sessionId: string;
  readonly rootId: string;
  readonly name: string;
  readonly parentId?: string;
  readonly definition?: string;
}

const rootOf = (actor: AnyActorRef): AnyActorRef => {
  let root = actor;
  while (root._parent !== undefined) root = root._parent;
  return root;
};

/** xstate numbers the actors of a process; a guest's may have the same numbers. */
export const identify = ({ device, epochMs }: Origin, actor: AnyActorRef): Identity => {
  const prefix = `${device}/`;
  const definition = definitionOf((actor as { logic?: unknown }).logic);
  return {
    device,
    epochMs,
    sessionId: prefix + actor.sessionId,
    rootId: prefix + rootOf(actor).sessionId,
    name: actor.id,
    ...(actor._parent !== undefined && { parentId: prefix + actor._parent.sessionId }),
    ...(definition !== undefined && { definition }),
  };
};

const stamp = ({ device, epochMs, rootId, sessionId }: Identity, atMs: number) => ({
  atMs,
  device,
  createdAt: String(Math.round(epochMs + atMs)),
  _version: STATELY_VERSION,
  id: null,
  rootId,
  sessionId,
});

/** What tells where a machine is, and no more. */
export const slimSnapshot = ({ status, value }: AnySnapshot): PlainSnapshot =>
  value === undefined ? { status } : { status, value };

/** All that may be shown of it. */
export const wholeSnapshot = (snapshot: AnySnapshot): PlainSnapshot => {
  const { context, output, error } = snapshot;
  return {
    ...slimSnapshot(snapshot),
    ...(context !== undefined && { context: plain(context) }),
    ...(output !== undefined && { output: plain(output) }),
    ...(error !== undefined && { error: plain(error) }),
  };
};

export const actorSeen = (who: Identity, atMs: number): ActorSeen => ({
  type: '@xstate.actor',
  ...stamp(who, atMs),
  name: who.name,
  ...(who.parentId !== undefined && { parentId: who.parentId }),
  ...(who.definition !== undefined && { definition: who.definition }),
  snapshot: { status: 'active' },
});

/** `event`: as much of it as may be told. */
export const eventSeen = (
  who: Identity,
  atMs: number,
  event: EventSeen['event'],
  sourceId: string | undefined,
): EventSeen => ({
  type: '@xstate.event',
  ...stamp(who, atMs),
  ...(sourceId !== undefined && { sourceId }),
  event,
});

export const snapshotSeen = (
  who: Identity,
  atMs: number,
  type: string,
  snapshot: PlainSnapshot,
  timers?: readonly Timer[],
): SnapshotSeen => ({
  type: '@xstate.snapshot',
  ...stamp(who, atMs),
  event: { type },
  snapshot,
  ...(timers !== undefined && { timers }),
});

const due = new WeakMap<object, number>();

/**
 * Delays that an actor waits for. xstate keeps when one began by the date, so here it is the
 * moment at which it is first seen: that of the snapshot that began it.
 */
export const timersOf = (actor: AnyActorRef, atMs: number): Timer[] => {
  const { _scheduledEvents: scheduled } = actor.system.getSnapshot();
  return Object.values(scheduled)
    .filter(({ source }) => source === actor)
    .map((timer) => {
      const dueMs = due.get(timer) ?? atMs + timer.delay;
      due.set(timer, dueMs);
      return { name: timerName(timer.event.type), dueMs };
    });
};

/** `reply` of `xstate.after.reply.join.node.requesting`; any other event is its own name. */
const timerName = (type: string): string => /^xstate\.after\.([^.]+)/.exec(type)?.[1] ?? type;
