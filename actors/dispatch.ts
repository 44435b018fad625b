import type { AnyActorLogic, AnyActorRef, EventObject } from 'xstate';
import { TiesError } from '../protocol/errors.ts';
import type { Opened } from './router.ts';
import type { Beginning, Route, Routes } from './routes.ts';

/** A message that was authentic and still had nowhere to go. */
export interface DeadLetter {
  readonly type: 'message.dead';
  readonly name: string;
  readonly from: number;
  readonly reason: string;
}

/** A protocol run has ended; `reason` is null exactly when it succeeded. */
export interface RunEnded {
  readonly type: 'run.ended';
  readonly actor: string;
  readonly reason: string | null;
}

/** Runs that may be in flight at once on one device: one more is refused, nothing grows. */
export const MAX_RUNS = 256;

/** A root's hands while it takes a transition: its children by name, and what it may do to them. */
export interface Hands {
  readonly enqueue: {
    spawnChild(logic: AnyActorLogic, options: { id: string; input?: unknown }): void;
    stopChild(id: string): void;
    sendTo(id: string, event: EventObject): void;
    emit(event: EventObject): void;
  };
  readonly self: AnyActorRef;
}

/** xstate types each of these per machine; the roots need what they have in common. */
export const hands = (args: { enqueue: unknown; self: AnyActorRef }): Hands => args as Hands;

const isRunning = ({ self }: Hands, id: string): boolean => {
  const children = self.getSnapshot().children as Record<string, AnyActorRef | undefined>;
  return children[id]?.getSnapshot()?.status === 'active';
};

const spawn = ({ enqueue }: Hands, id: string, { logic, input }: Beginning): void =>
  enqueue.spawnChild(logic, { id, input });

/** Begin a protocol run of this name, unless one is under way. */
export const begin = (root: Hands, id: string, make: () => Beginning): void => {
  if (!isRunning(root, id)) spawn(root, id, make());
};

/**
 * Hand an authenticated message to its protocol actor, beginning one where the message may. The
 * same for both roles; what goes where stands in their `routes.ts`.
 */
export const dispatch = (root: Hands, opened: Opened, routes: Routes): void => {
  const route = (routes[opened.name] ?? unexpected)(opened);
  const reason = typeof route === 'string' ? route : route && follow(root, opened, route);
  const { name, event } = opened;
  if (reason !== null)
    root.enqueue.emit({ type: 'message.dead', name, from: event.from, reason } as DeadLetter);
};

const unexpected = (): string => 'unexpected';

/** Null, or why the message went nowhere after all. */
const follow = (root: Hands, { event }: Opened, route: Route): string | null => {
  const running = isRunning(root, route.to);
  const beginning = route.begin?.();
  if (beginning === undefined || (running && !beginning.replaces)) {
    if (running) root.enqueue.sendTo(route.to, event);
    return running ? null : 'nobody-waits';
  }
  if (Object.keys(root.self.getSnapshot().children).length >= MAX_RUNS) return 'too-many-runs';
  if (running) root.enqueue.stopChild(route.to);
  spawn(root, route.to, beginning);
  return null;
};

/** What ended, from the done or error event of a child; the child is let go. */
export const takeEnded = (root: Hands, event: EventObject): RunEnded => {
  const { actorId, output, error } = event as EventObject & {
    actorId?: string;
    output?: { reason: string | null };
    error?: unknown;
  };
  const actor = actorId ?? event.type.split('.').slice(3).join('.');
  const failure = error instanceof TiesError ? error.code : 'crashed';
  const reason = output === undefined ? failure : output.reason;
  const ended: RunEnded = { type: 'run.ended', actor, reason };
  root.enqueue.stopChild(actor);
  root.enqueue.emit(ended);
  return ended;
};
