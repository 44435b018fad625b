import type { AnyActorLogic, AnyActorRef, AnyMachineSnapshot, EventObject } from 'xstate';
import { failureOf, type Outcome } from '../machines/outcome.ts';
import type { Opened, Routing } from './router.ts';
import type { Beginning, Route, Routes } from './routes.ts';

/** A message that was authentic and still had nowhere to go. */
export interface DeadLetter {
  readonly type: 'message.dead';
  readonly name: string;
  readonly from: number;
  readonly reason: string;
}

/** Which child ended, and why. */
export interface Ended extends Outcome {
  readonly actor: string;
  readonly advice: string | null;
}

/** A protocol run has ended; `reason` is null exactly when it succeeded. */
export interface RunEnded extends Ended {
  readonly type: 'run.ended';
}

/** Runs that may be in flight at once on one device: one more is refused, nothing grows. */
export const MAX_RUNS = 256;

/** A root's hands while it takes a transition: its children by name, and what it may do to them. */
export interface Hands {
  readonly enqueue: {
    spawnChild(
      logic: AnyActorLogic,
      options: { id: string; systemId?: string; input?: unknown },
    ): void;
    stopChild(id: string): void;
    sendTo(id: string, event: EventObject): void;
    raise(event: EventObject, options?: { id: string; delay: number }): void;
    cancel(id: string): void;
    emit(event: EventObject): void;
  };
  readonly self: AnyActorRef;
}

/** xstate types each of these per machine; the roots need what they have in common. */
export const hands = (args: { enqueue: unknown; self: AnyActorRef }): Hands => args as Hands;

const snapshotOf = ({ self }: Hands, id: string): AnyMachineSnapshot | undefined => {
  const children = self.getSnapshot().children as Record<string, AnyActorRef | undefined>;
  return children[id]?.getSnapshot();
};

export const isRunning = (root: Hands, id: string): boolean =>
  snapshotOf(root, id)?.status === 'active';

/** Whether a run may be ended for another: where its chart does not heed `cancel` it may not. */
const mayEnd = (root: Hands, id: string): boolean => {
  const snapshot = snapshotOf(root, id);
  return snapshot?.can === undefined || snapshot.can({ type: 'cancel' });
};

const spawn = ({ enqueue }: Hands, id: string, { logic, input }: Beginning): void =>
  enqueue.spawnChild(logic, { id, input });

/** Begin a protocol run of this name, unless one is under way. */
export const begin = (root: Hands, id: string, make: () => Beginning): void => {
  if (!isRunning(root, id)) spawn(root, id, make());
};

/**
 * Begin a run of a kind of which there may be several at once, each with a number of its own. The
 * lowest free one, as xstate keeps for good what it made out of the name of each event.
 */
export const beginAnother = (root: Hands, kind: string, make: () => Beginning): void => {
  const { children } = root.self.getSnapshot();
  let number = 1;
  while (children[`${kind}.${number}`] !== undefined) number += 1;
  spawn(root, `${kind}.${number}`, make());
};

/** Let a protocol run know, if it is under way. */
export const tell = (root: Hands, id: string, event: EventObject): void => {
  if (isRunning(root, id)) root.enqueue.sendTo(id, event);
};

/**
 * Hand an authenticated message to its protocol actor, beginning one where the message may. The
 * same for both roles; what goes where stands in their `routes.ts`.
 */
export const dispatch = (
  root: Hands,
  opened: Opened,
  { routes, routing }: { readonly routes: Routes; readonly routing: Routing },
): void => {
  const route = (routes[opened.name] ?? unexpected)(opened);
  const reason = typeof route === 'string' ? route : route && follow(root, opened, route);
  if (reason === null) return;
  const { name, event, request } = opened;
  routing.answers.dismiss(request);
  root.enqueue.emit({ type: 'message.dead', name, from: event.from, reason } as DeadLetter);
};

const unexpected = (): string => 'unexpected';

/** Null, or why the message went nowhere after all. */
const follow = (root: Hands, { event }: Opened, route: Route): string | null => {
  const { to, begin: make, replaces, tells } = route;
  if (tells !== undefined) tell(root, tells, event);
  if (to === undefined) return null;
  const running = isRunning(root, to);
  if (make === undefined || (running && !replaces)) {
    tell(root, to, event);
    return running ? null : 'nobody-waits';
  }
  const runs = Object.keys(root.self.getSnapshot().children).length;
  if (!running && runs >= MAX_RUNS) return 'too-many-runs';
  if (running && !mayEnd(root, to)) return 'finishing';
  if (running) root.enqueue.stopChild(to);
  spawn(root, to, make());
  return null;
};

export const actorOf = (event: EventObject & { readonly actorId?: string }): string =>
  event.actorId ?? event.type.split('.').slice(3).join('.');

/** Reason and advice of a done or error event. */
export const endOf = (
  event: EventObject & { readonly output?: Outcome; readonly error?: unknown },
): Pick<Ended, 'reason' | 'advice'> =>
  event.output === undefined
    ? failureOf(event)
    : { reason: event.output.reason, advice: event.output.advice ?? null };

/**
 * A child has ended and is let go. One that threw was not stopped by xstate, so what it had begun
 * is stopped here.
 */
export const letGo = ({ self, enqueue }: Hands, id: string): void => {
  const { status, children = {} } = self.getSnapshot().children[id]?.getSnapshot() ?? {};
  for (const orphan of Object.values<AnyActorRef>(status === 'error' ? children : {}))
    if (orphan.getSnapshot().status === 'active') orphan.send({ type: 'xstate.stop' });
  enqueue.stopChild(id);
};

/** What ended, from the done or error event of a child; the child is let go. */
export const takeEnded = (root: Hands, event: EventObject): RunEnded => {
  const actor = actorOf(event);
  const ended: RunEnded = { type: 'run.ended', actor, ...endOf(event) };
  letGo(root, actor);
  root.enqueue.emit(ended);
  return ended;
};
