import { Observable, type Subscriber, Subscription, take } from 'rxjs';
import { TiesError } from '../../protocol/errors.ts';
import type { Delivery, OutgoingMessage } from './interface.ts';
import { PriorityQueue } from './queue.ts';

const MAX_WAITING = 32;

interface Waiting {
  readonly message: OutgoingMessage;
  readonly priority: number;
  readonly subscriber: Subscriber<Delivery>;
}

export interface OutboxInput {
  /**
   * Cold: emits when a message may be begun. Until then one of higher priority that comes is begun
   * before it.
   */
  readonly ready: (message: OutgoingMessage) => Observable<unknown>;
  /** Cold: sends one message. */
  readonly exchange: (message: OutgoingMessage) => Observable<Delivery>;
  /** Cold: emits when the next message may follow one that just ended. */
  readonly rest: () => Observable<unknown>;
}

/** One message in flight, the others waiting in order of priority. */
export class Outbox {
  readonly #input: OutboxInput;
  readonly #waiting = new PriorityQueue<Waiting>(MAX_WAITING);
  #inFlight: Waiting | null = null;
  #work: Subscription | null = null;
  #gate = Subscription.EMPTY;
  #closed = false;

  constructor(input: OutboxInput) {
    this.#input = input;
  }

  send(message: OutgoingMessage): Observable<Delivery> {
    return new Observable((subscriber) => {
      const item = { message, priority: message.priority ?? 0, subscriber };
      if (this.#closed) {
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
    this.#closed = true;
    this.#gate.unsubscribe();
    this.#work?.unsubscribe();
    this.#inFlight?.subscriber.complete();
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) {
      item.subscriber.complete();
    }
  }

  #next(): void {
    this.#gate.unsubscribe();
    const item = this.#waiting.first;
    if (this.#work !== null || this.#closed || item === undefined) return;
    const gate = new Subscription();
    this.#gate = gate;
    const ready = this.#input.ready(item.message).pipe(take(1));
    gate.add(ready.subscribe(() => this.#begin(item)));
  }

  #begin(item: Waiting): void {
    this.#waiting.remove(item);
    const { message, subscriber } = item;
    const work = new Subscription();
    this.#work = work;
    this.#inFlight = item;
    work.add(
      this.#input.exchange(message).subscribe({
        next: (delivery) => subscriber.next(delivery),
        error: (fault) => {
          this.#rest();
          subscriber.error(fault);
        },
        complete: () => {
          this.#rest();
          subscriber.complete();
        },
      }),
    );
  }

  #rest(): void {
    this.#inFlight = null;
    this.#work?.unsubscribe();
    this.#work = this.#input.rest().subscribe(() => {
      this.#work = null;
      this.#next();
    });
  }

  #withdraw(item: Waiting): void {
    if (this.#closed) return;
    this.#waiting.remove(item);
    if (this.#inFlight === item) this.#rest();
    else this.#next();
  }
}

const queueFull = (): TiesError =>
  new TiesError(
    'LINK_QUEUE_FULL',
    `${MAX_WAITING} messages wait for the radio: send less, or later.`,
  );
