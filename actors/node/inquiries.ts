import type { Clock } from '../../drivers/clock/interface.ts';

/** Of whom the Central Entity has said no it is not asked again for so long. */
const DENIED_MS = 600_000;
/** So many are remembered. */
const MOST_DENIED = 256;

/** An address, or a DevID of 16 hex digits. */
export type Who = number | string;

interface Denial {
  readonly reason: string;
  readonly untilMs: number;
}

/** What this node has asked the Central Entity about others: each once, however many wait for it. */
export class Inquiries {
  readonly #clock: Clock;
  readonly #begin: (who: Who) => void;
  readonly #asked = new Map<Who, { promise: Promise<string | null>; resolve: Resolve }>();
  readonly #denied = new Map<Who, Denial>();

  /** `begin` the run; `ended` is to be told of its end. */
  constructor(clock: Clock, begin: (who: Who) => void) {
    this.#clock = clock;
    this.#begin = begin;
  }

  /** Null where the Central Entity vouched for it, else why not. */
  ask(who: Who): Promise<string | null> {
    const denied = this.#denied.get(who);
    if (denied !== undefined && this.#clock.now() < denied.untilMs)
      return Promise.resolve(denied.reason);
    const asked = this.#asked.get(who);
    if (asked !== undefined) return asked.promise;
    let resolve: Resolve = () => undefined;
    const promise = new Promise<string | null>((settle) => {
      resolve = settle;
    });
    this.#asked.set(who, { promise, resolve });
    this.#begin(who);
    return promise;
  }

  ended(who: Who, reason: string | null): void {
    if (reason === 'unknown' || reason === 'revoked') {
      if (this.#denied.size >= MOST_DENIED) this.#denied.clear();
      this.#denied.set(who, { reason, untilMs: this.#clock.now() + DENIED_MS });
    }
    const asked = this.#asked.get(who);
    this.#asked.delete(who);
    asked?.resolve(reason);
  }
}

type Resolve = (reason: string | null) => void;
