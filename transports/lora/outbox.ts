import { Observable, type Observer, type Subscriber, type Unsubscribable } from 'rxjs';
import { TiesError } from '../../protocol/errors.ts';
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
  /** Calls back, later, when the next message may follow one that just ended. */
  readonly rest: (over: () => void) => Unsubscribable;
}

/** One message in flight, the others waiting in order of priority. */
export class Outbox {
  readonly #input: OutboxInput;
  readonly #waiting = new PriorityQueue<Waiting>(MAX_WAITING);
  #leave: Leave | null = null;
  #inFlight: Waiting | null = null;
  #exchange: Sent | null = null;
  #resting: Unsubscribable | null = null;
  #isClosed = false;

  constructor(input: OutboxInput) {
    this.#input = input;
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
    this.#resting?.unsubscribe();
    this.#exchange?.withdraw();
    this.#inFlight?.subscriber.complete();
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) {
      item.subscriber.complete();
    }
  }

  #next(): void {
    this.#leave?.giveUp();
    const item = this.#waiting.first;
    const isBusy = this.#inFlight !== null || this.#resting !== null || this.#isClosed;
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
    if (this.#inFlight === item) this.#rest();
  }

  #rest(): void {
    this.#inFlight = null;
    this.#exchange = null;
    this.#resting = this.#input.rest(() => {
      this.#resting = null;
      this.#next();
    });
  }

  #withdraw(item: Waiting): void {
    if (this.#isClosed) return;
    this.#waiting.remove(item);
    if (this.#inFlight === item) {
      this.#exchange?.withdraw();
      this.#rest();
    } else this.#next();
  }
}

const queueFull = (): TiesError =>
  new TiesError(
    'LINK_QUEUE_FULL',
    `${MAX_WAITING} messages wait for the radio: send less, or later.`,
  );
