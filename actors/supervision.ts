import type { EventObject } from 'xstate';
import type { Clock } from '../drivers/clock/interface.ts';
import { actorOf, type Ended, endOf, type Hands, letGo } from './dispatch.ts';
import type { Beginning } from './routes.ts';

/** A child may crash so often within the window; once more is its root's failure. */
export const MAX_RESTARTS = 5;
export const WINDOW_MS = 300_000;
const FIRST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 10_000;

/** Crashes that count, with the one of this moment. */
export const withCrash = (crashesMs: readonly number[], nowMs: number): readonly number[] => [
  ...crashesMs.filter((atMs) => nowMs - atMs < WINDOW_MS),
  nowMs,
];

/** How long to wait after so many crashes within the window: 1 s, 2 s, 4 s …; null: give up. */
export const restartAfterMs = (crashes: number): number | null =>
  crashes > MAX_RESTARTS
    ? null
    : Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (crashes - 1));

/** A child that lives as long as its root had crashed, and is there again. */
export interface ChildRestarted extends Ended {
  readonly type: 'child.restarted';
}

/** A crashed child's back-off is over. */
export interface ChildDue extends Ended {
  readonly type: 'child.due';
}

/** A child crashed too often: its root cannot do its work. */
export interface ChildLost extends Ended {
  readonly type: 'child.lost';
}

/** What a root that lost a child says of itself. */
export const lossOf = ({ actor, reason, advice }: ChildLost): Pick<Ended, 'reason' | 'advice'> => ({
  reason: `${actor}-${reason}`,
  advice,
});

/** Restarts the children that live as long as their root, which says how each begins. */
export class Supervision {
  readonly #clock: Clock;
  readonly #lasting: Readonly<Record<string, () => Beginning>>;
  readonly #crashesMs = new Map<string, readonly number[]>();

  constructor(clock: Clock, lasting: Readonly<Record<string, () => Beginning>>) {
    this.#clock = clock;
    this.#lasting = lasting;
  }

  /** The error event of a child: whether it is one of these, and so is taken care of. */
  takes(root: Hands, event: EventObject): boolean {
    const actor = actorOf(event);
    if (this.#lasting[actor] === undefined) return false;
    const crashesMs = withCrash(this.#crashesMs.get(actor) ?? [], this.#clock.now());
    this.#crashesMs.set(actor, crashesMs);
    letGo(root, actor);
    const ended = { actor, ...endOf(event) };
    const delay = restartAfterMs(crashesMs.length);
    if (delay === null) root.enqueue.raise({ type: 'child.lost', ...ended } as ChildLost);
    else
      root.enqueue.raise({ type: 'child.due', ...ended } as ChildDue, { id: dueId(actor), delay });
    return true;
  }

  restart({ enqueue }: Hands, { actor, reason, advice }: ChildDue): void {
    const { logic, input } = (this.#lasting[actor] as () => Beginning)();
    enqueue.spawnChild(logic, { id: actor, systemId: actor, input });
    enqueue.emit({ type: 'child.restarted', actor, reason, advice } as ChildRestarted);
  }

  /** The root has failed: nothing of it goes on. */
  stopAll({ enqueue, self }: Hands): void {
    for (const actor of Object.keys(this.#lasting)) enqueue.cancel(dueId(actor));
    for (const id of Object.keys(self.getSnapshot().children)) enqueue.stopChild(id);
  }
}

const dueId = (actor: string): string => `${actor}.due`;
