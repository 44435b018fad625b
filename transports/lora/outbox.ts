import { Observable, type Observer, type Subscriber } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { Alarm } from './alarm.ts';
import type { Leave } from './duty-cycle-leave.ts';
import type { Delivery, OutgoingMessage } from './interface.ts';
import { PriorityQueue } from './queue.ts';

const MAX_WAITING = 32;

interface Waiting {
  readonly message: OutgoingMessage;
  readonly priority: number;
  readonly subscriber: Subscriber<Delivery>;
}

/** A message being sent. */
export interface Sent {
  begin(): void;
  withdraw(): void;
}

export interface OutboxInput {
  /** Leave to begin a message. Until then one of higher priority that comes is begun before it. */
  readonly leave: (message: OutgoingMessage, begin: () => void) => Leave;
  readonly exchange: (message: OutgoingMessage, observer: Observer<Delivery>) => Sent;
  /** From the end of a message until the next may follow. */
  readonly restMs: () => number;
  readonly clock: Clock;
}

/** One message in flight, the others waiting in order of priority. */
export class Outbox {
  readonly #input: OutboxInput;
  readonly #waiting = new PriorityQueue<Waiting>(MAX_WAITING);
  #leave: Leave | null = null;
  #inFlight: Waiting | null = null;
  #exchange: Sent | null = null;
  readonly #rest: Alarm;
  #isResting = false;
  #isClosed = false;

  constructor(input: OutboxInput) {
    this.#input = input;
    this.#rest = new Alarm(input.clock);
  }

  /** Messages that are under way or wait. */
  get length(): number {
    return this.#waiting.length + (this.#inFlight === null ? 0 : 1);
  }

  send(message: OutgoingMessage): Observable<Delivery> {
    return new Observable((subscriber) => {
      const item = { message, priority: message.priority ?? 0, subscriber };
      if (this.#isClosed) {
        subscriber.complete();
        return undefined;
      }
      if (!this.#waiting.push(item)) {
        subscriber.error(queueFull());
        return undefined;
      }
      this.#next();
      return () => this.#withdraw(item);
    });
  }

  /** What waits completes without a delivery. */
  close(): void {
    this.#isClosed = true;
    this.#leave?.giveUp();
    this.#rest.clear();
    this.#exchange?.withdraw();
    this.#inFlight?.subscriber.complete();
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) {
      item.subscriber.complete();
    }
  }

  #next(): void {
    this.#leave?.giveUp();
    const item = this.#waiting.first;
    const isBusy = this.#inFlight !== null || this.#isResting || this.#isClosed;
    if (isBusy || item === undefined) return;
    this.#leave = this.#input.leave(item.message, () => this.#begin(item));
    this.#leave.await();
  }

  #begin(item: Waiting): void {
    this.#waiting.remove(item);
    this.#inFlight = item;
    const { message, subscriber } = item;
    this.#exchange = this.#input.exchange(message, {
      next: (delivery) => subscriber.next(delivery),
      error: (fault) => {
        this.#over(item);
        subscriber.error(fault);
      },
      complete: () => {
        this.#over(item);
        subscriber.complete();
      },
    });
    this.#exchange.begin();
  }

  /** Unless who waited for it withdrew it as soon as it was told. */
  #over(item: Waiting): void {
    if (this.#inFlight === item) this.#goOnLater();
  }

  #goOnLater(): void {
    this.#inFlight = null;
    this.#exchange = null;
    this.#isResting = true;
    this.#rest.set(this.#input.restMs(), () => {
      this.#isResting = false;
      this.#next();
    });
  }

  #withdraw(item: Waiting): void {
    if (this.#isClosed) return;
    this.#waiting.remove(item);
    if (this.#inFlight === item) {
      this.#exchange?.withdraw();
      this.#goOnLater();
    } else this.#next();
  }
}

const queueFull = (): TiesError =>
  new TiesError(
    'LINK_QUEUE_FULL',
    `${MAX_WAITING} messages wait for the radio: send less, or later.`,
  );
