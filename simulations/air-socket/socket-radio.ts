import { Observable, Subject, type Subscriber } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Activity, Radio, Reception } from '../../drivers/radio/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Position } from '../medium/path-loss.ts';
import { busyFault, closedFault, requireLength } from '../medium/radio-faults.ts';
import { dial } from './dial.ts';
import type { Line } from './line.ts';
import { encode, type Reply, type Request, VERSION } from './messages.ts';

/** An air that went away is looked for again after this, then twice as long, and so on. */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

export interface SocketRadioInput {
  /** Of the socket that `serveAir` or `ties air` made. */
  readonly path: string;
  readonly clock: Clock;
  readonly modulation: Modulation;
  /** What it is called on the air; default `radio-<n>`. */
  readonly id?: string;
  /** Default the origin. */
  readonly position?: Position;
}

/**
 * A radio on an air that another process serves. Resolves once it is on that air; rejects with
 * `AIR_UNREACHABLE`, `AIR_ID_TAKEN` or `AIR_VERSION`. An air that goes away (`AIR_LOST` among its
 * troubles, and of all that is asked of it meanwhile) is looked for until it is back (`AIR_BACK`).
 */
export const socketRadio = async (input: SocketRadioInput): Promise<Radio> => {
  const radio = new SocketRadio(input);
  await radio.join();
  return radio;
};

/** What was asked of the air last, and is not over. */
interface Asked {
  readonly number: number;
  readonly doing: 'sending' | 'sensing' | 'tuning';
  readonly subscriber: Subscriber<Activity>;
  readonly done?: () => void;
}

type Question = { readonly number: number } & Exclude<Request, { type: 'hello' }>;

class SocketRadio implements Radio {
  readonly receptions = new Subject<Reception>();
  readonly troubles = new Subject<TiesError>();
  readonly #input: SocketRadioInput;
  #modulation: Modulation;
  #line: Line | null = null;
  #asked: Asked | null = null;
  #number = 0;
  #retry: unknown;
  #isClosed = false;

  constructor(input: SocketRadioInput) {
    this.#input = input;
    this.#modulation = input.modulation;
  }

  get modulation(): Modulation {
    return this.#modulation;
  }

  async join(): Promise<void> {
    const { path, clock, id = null, position = { x: 0, y: 0 } } = this.#input;
    const line = await dial({
      ...{ path, clock },
      hello: { type: 'hello', version: VERSION, id, position, modulation: this.#modulation },
      heard: (reply) => this.#hear(reply),
      ended: (fault) => this.#lose(fault),
    });
    if (this.#isClosed) line.close();
    else this.#line = line;
  }

  transmit(frame: Uint8Array): Observable<never> {
    return this.#ask('sending', (number) => {
      requireLength(frame);
      return { type: 'transmit', number, frame };
    }) as Observable<never>;
  }

  senseActivity(): Observable<Activity> {
    return this.#ask('sensing', (number) => ({ type: 'sense', number }));
  }

  tune(modulation: Modulation): Observable<never> {
    return this.#ask(
      'tuning',
      (number) => ({ type: 'tune', number, modulation }),
      () => {
        this.#modulation = modulation;
      },
    ) as Observable<never>;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.clock.clearTimeout(this.#retry);
    this.#line?.close();
    this.receptions.complete();
    this.troubles.complete();
    this.#asked?.subscriber.error(closedFault());
    this.#asked = null;
  }

  #ask(
    doing: Asked['doing'],
    question: (number: number) => Question,
    done?: () => void,
  ): Observable<Activity> {
    return new Observable((subscriber) => {
      if (this.#isClosed) throw closedFault();
      if (this.#asked !== null) throw busyFault(this.#asked.doing);
      const message = question(this.#number);
      if (this.#line === null) throw lost(this.#input.path);
      this.#number = (this.#number + 1) >>> 0;
      const asked = { number: message.number, doing, subscriber, ...(done && { done }) };
      this.#asked = asked;
      this.#line.send(encode(message));
      // A frame goes to its end; what was sensed nobody wants to know any more.
      return () => {
        if (doing === 'sensing' && this.#asked === asked) this.#asked = null;
      };
    });
  }

  #hear(reply: Reply): void {
    if (reply.type === 'reception') {
      const { frame, sinceMs, rssiDbm, snrDb } = reply;
      const endMs = this.#input.clock.now();
      this.receptions.next({ frame, startMs: endMs - sinceMs, endMs, rssiDbm, snrDb });
      return;
    }
    if (!('number' in reply) || reply.number !== this.#asked?.number) return;
    const { subscriber, done } = this.#asked;
    // It may be asked for something else at once.
    this.#asked = null;
    if (reply.type === 'failed') {
      subscriber.error(new TiesError(reply.code, 'The air would not do that: ask it again.'));
      return;
    }
    if (reply.type === 'activity') {
      const { detected, receiving, rssiDbm } = reply;
      subscriber.next({ detected, receiving, rssiDbm });
    }
    done?.();
    subscriber.complete();
  }

  #lose(why: TiesError | null): void {
    this.#line = null;
    if (this.#isClosed) return;
    const fault = why ?? lost(this.#input.path);
    const asked = this.#asked;
    this.#asked = null;
    this.troubles.next(fault);
    asked?.subscriber.error(fault);
    this.#lookAgain(FIRST_RETRY_MS, fault.code);
  }

  /** Tells of what is in the way once, however often it is met. */
  #lookAgain(afterMs: number, told: string): void {
    if (this.#isClosed) return;
    this.#retry = this.#input.clock.setTimeout(() => {
      this.join().then(
        () => this.troubles.next(back(this.#input.path)),
        (fault: TiesError) => {
          const isNews = fault.code !== 'AIR_UNREACHABLE' && fault.code !== told;
          if (isNews) this.troubles.next(fault);
          this.#lookAgain(Math.min(2 * afterMs, LAST_RETRY_MS), isNews ? fault.code : told);
        },
      );
    }, afterMs);
  }
}

const lost = (path: string): TiesError =>
  new TiesError(
    'AIR_LOST',
    `The air at ${path} is gone: start it again, and this radio finds it by itself.`,
  );

const back = (path: string): TiesError =>
  new TiesError('AIR_BACK', `The air at ${path} is back: nothing needs to be done.`);
