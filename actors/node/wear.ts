import type { Clock } from '../../drivers/clock/interface.ts';
import { transactionText } from '../../protocol/transaction.ts';
import type { NodeLimits } from './limits.ts';
import type { Sessions } from './sessions.ts';

/** When the keys in use with a peer are to be renewed. */
export class Wear {
  readonly #sessions: Sessions;
  readonly #clock: Clock;
  readonly #limits: NodeLimits;
  /** Since when this process has known the session key of a peer. */
  readonly #knownMs = new Map<number, { readonly key: string; readonly sinceMs: number }>();

  constructor(sessions: Sessions, clock: Clock, limits: NodeLimits) {
    this.#sessions = sessions;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** A confirm is due: there are no data keys, or they are nearly spent or old. */
  needsConfirm(peer: number): boolean {
    if (this.#sessions.isNearlySpent(peer)) return true;
    const sinceMs = this.#sessions.outgoing(peer)?.sinceMs ?? 0;
    return this.#clock.now() - sinceMs >= this.#limits.trafficMs;
  }

  /** A new session key is due: it is old, or has been confirmed often. */
  needsKey(peer: number): boolean {
    const { current } = this.#sessions.slots(peer);
    if (current === undefined) return false;
    const key = transactionText(current.transaction);
    const known = this.#knownMs.get(peer);
    const sinceMs = known?.key === key ? known.sinceMs : this.#clock.now();
    this.#knownMs.set(peer, { key, sinceMs });
    return (
      this.#clock.now() - sinceMs >= this.#limits.sessionMs ||
      this.#sessions.confirmsOf(current) >= this.#limits.confirms
    );
  }
}
