import { Observable, Subject } from 'rxjs';
import type { Changes, Store } from '../../actors/store.ts';
import type { Sighting } from '../../actors/tap.ts';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Activity, Radio, Reception } from '../../drivers/radio/interface.ts';
import type { Sensor } from '../../drivers/sensor/interface.ts';
import type { Tpm, TpmOperationName, TpmOperations } from '../../drivers/tpm/interface.ts';
import { toHex } from '../../protocol/bytes.ts';
import type { TiesError } from '../../protocol/errors.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Surroundings } from '../device.ts';
import type { Deed } from './turn.ts';
import { digestOf } from './values.ts';

/** What a device asks of its world, and is answered later. */
export type Question =
  | { readonly of: 'timer'; readonly delayMs: number }
  | { readonly of: 'tpm'; readonly name: TpmOperationName; readonly input: object }
  | { readonly of: 'write'; readonly changes: Changes }
  | { readonly of: 'flush' }
  | { readonly of: 'transmit'; readonly frame: Uint8Array }
  | { readonly of: 'sense' }
  | { readonly of: 'measure' }
  | { readonly of: 'tune'; readonly modulation: Modulation }
  | { readonly of: 'work'; readonly latencyMs: number; readonly start: () => Promise<unknown> };

/** The world behind a seam: live, or out of a journal. */
export interface Outside {
  did(deed: Deed): void;
  draw(length: number): Uint8Array;
  /** Returns how to withdraw the question. */
  ask(id: number, question: Question): () => void;
}

/** Who waits for an answer. */
interface Waiting {
  readonly deed: Deed;
  readonly done: (value: unknown) => void;
  readonly failed: (fault: unknown) => void;
}

export interface SeamInput {
  readonly outside: Outside;
  readonly modulation: Modulation;
  /** What is read from it is what was there at the start, and what was written since. */
  readonly store: Store;
}

/**
 * Everything between a device and its world passes here, in order: what it does goes out as deeds
 * and questions with numbers, answers and events come in one at a time. Recording and replaying
 * share it, so that numbers mean the same in both.
 */
export class Seam {
  /** The moment of what came in last: for the device, time stands still until the next. */
  nowMs = 0;
  readonly #outside: Outside;
  readonly #store: Store;
  readonly #receptions = new Subject<Reception>();
  readonly #troubles = new Subject<TiesError>();
  readonly #waiting = new Map<number, Waiting>();
  #modulation: Modulation;
  #asked = 0;

  constructor({ outside, modulation, store }: SeamInput) {
    this.#outside = outside;
    this.#modulation = modulation;
    this.#store = store;
  }

  get surroundings(): Pick<
    Surroundings,
    'clock' | 'random' | 'radio' | 'tpm' | 'store' | 'sensor'
  > {
    return {
      clock: this.#clock,
      random: { bytes: (length) => this.#outside.draw(length) },
      radio: this.#radio,
      tpm: this.#tpm,
      store: this.#writing,
      sensor: this.#sensor,
    };
  }

  /** For the device's tap. */
  readonly watch = ({ actor, kind, type }: Sighting): void =>
    this.#outside.did(`${kind} ${actor} ${type}`);

  /** The question that somebody waits for the answer to, or null. */
  awaited(id: number): Deed | null {
    return this.#waiting.get(id)?.deed ?? null;
  }

  done(id: number, value: unknown): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.done(value);
  }

  failed(id: number, fault: unknown): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.failed(fault);
  }

  heard(reception: Reception): void {
    this.#receptions.next(reception);
  }

  troubled(fault: TiesError): void {
    this.#troubles.next(fault);
  }

  #ask(what: string, question: Question, waiting: Omit<Waiting, 'deed'>): { withdraw: () => void } {
    const id = this.#asked;
    this.#asked += 1;
    const deed = `${question.of} ${id} ${what}`.trimEnd();
    this.#waiting.set(id, { deed, ...waiting });
    this.#outside.did(deed);
    const withdraw = this.#outside.ask(id, question);
    return {
      withdraw: () => {
        if (this.#waiting.delete(id)) withdraw();
      },
    };
  }

  #asking<T>(deed: string, question: Question): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#ask(deed, question, { done: resolve as (value: unknown) => void, failed: reject });
    });
  }

  #observing<T>(
    deed: string,
    question: Question,
    emit: (value: unknown, next: (value: T) => void) => void,
  ): Observable<T> {
    return new Observable((subscriber) => {
      const { withdraw } = this.#ask(deed, question, {
        done: (value) => {
          emit(value, (emitted) => subscriber.next(emitted));
          subscriber.complete();
        },
        failed: (fault) => subscriber.error(fault),
      });
      return withdraw;
    });
  }

  readonly #clock: Clock = {
    now: () => this.nowMs,
    setTimeout: (callback, delayMs) => {
      const waiting = { done: callback, failed: () => undefined };
      return this.#ask(`${delayMs}`, { of: 'timer', delayMs }, waiting).withdraw;
    },
    clearTimeout: (withdraw) => (withdraw as (() => void) | undefined | null)?.(),
    work: (latencyMs, start) => this.#asking(`${latencyMs}`, { of: 'work', latencyMs, start }),
  };

  readonly #tpm: Tpm = {
    perform: <Name extends TpmOperationName>(name: Name, input: TpmOperations[Name]['input']) =>
      this.#asking<TpmOperations[Name]['output']>(`${name} ${digestOf(input)}`, {
        ...{ of: 'tpm', name, input },
      }),
    handles: async () => ({ transient: 0, sessions: 0, persistent: 0 }),
    close: async () => undefined,
  };

  readonly #sensor: Sensor = {
    read: () => this.#asking('', { of: 'measure' }),
    close: async () => undefined,
  };

  readonly #writing: Store = {
    get: (key) => this.#store.get(key),
    entries: (prefix) => this.#store.entries(prefix),
    write: (changes) =>
      this.#asking(`${Object.keys(changes).sort().join(',')} ${digestOf(changes)}`, {
        ...{ of: 'write', changes },
      }),
    flush: () => this.#asking('', { of: 'flush' }),
  };

  readonly #radio: Radio = ((seam: Seam): Radio => ({
    get modulation() {
      return seam.#modulation;
    },
    receptions: seam.#receptions,
    troubles: seam.#troubles,
    transmit: (frame) =>
      seam.#observing<never>(toHex(frame), { of: 'transmit', frame }, () => undefined),
    senseActivity: () =>
      seam.#observing<Activity>('', { of: 'sense' }, (value, next) => next(value as Activity)),
    tune: (modulation) =>
      seam.#observing<never>(`SF${modulation.spreadingFactor}`, { of: 'tune', modulation }, () => {
        seam.#modulation = modulation;
      }),
    close: () => seam.#receptions.complete(),
  }))(this);
}
