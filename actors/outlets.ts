import { Subscription } from 'rxjs';
import type { AnyActorRef } from 'xstate';
import type { TpmOperationName, TpmOperations } from '../drivers/tpm/interface.ts';
import { TiesError } from '../protocol/errors.ts';
import type { Delivery, OutgoingMessage } from '../transports/lora/interface.ts';
import type { Store } from './store.ts';
import { isActive, PRIORITY } from './tpm.ts';

const cancelled = (): TiesError =>
  new TiesError('CANCELLED', 'Nobody waits for this any more; nothing is to be done.');

const down = (name: OutletName): TiesError =>
  name === 'tpm'
    ? new TiesError('TPM_UNAVAILABLE', 'The queue to the TPM is begun anew. Try again in a while.')
    : new TiesError('RADIO_UNAVAILABLE', 'The link is begun anew. Try again in a while.');

export type OutletName = 'tpm' | 'radio';
/** The actor of this name as it is now: after a crash it is another, and for a while there is none. */
export type FindOutlet = (name: OutletName) => AnyActorRef | undefined;

/**
 * What a protocol's host reaches the world through: the `tpm` and `radio` actors as promises.
 * Aborting the signal takes a request out of their queues and rejects with `CANCELLED`; a crash
 * of theirs rejects what they had in hand.
 */
export class Outlets {
  readonly #find: FindOutlet;
  readonly #store: Pick<Store, 'flush'>;
  #jobs = 0;

  constructor(find: FindOutlet, store: Pick<Store, 'flush'>) {
    this.#find = find;
    this.#store = store;
  }

  perform<Name extends TpmOperationName>(
    name: Name,
    input: TpmOperations[Name]['input'],
    options: { signal?: AbortSignal; priority?: number } = {},
  ): Promise<TpmOperations[Name]['output']> {
    const id = this.#jobs++;
    const { signal, priority = PRIORITY.reply } = options;
    return this.#asked('tpm', signal, (tpm, settle) => {
      const job = { id, name, input, priority, ...settle };
      tpm.send({ type: 'tpm.requested', job });
      return () => isActive(tpm) && tpm.send({ type: 'tpm.cancelled', id });
    });
  }

  /** Whatever a message was made of is durable before it is said. */
  async send(message: OutgoingMessage, signal?: AbortSignal): Promise<Delivery> {
    await this.#store.flush();
    return this.#asked('radio', signal, (radio, settle) => {
      const sending = new Subscription();
      radio.send({ type: 'radio.send', message, sending, ...settle });
      return () => sending.unsubscribe();
    });
  }

  listenAs(addresses: readonly number[]): void {
    this.#find('radio')?.send({ type: 'radio.listenAs', addresses });
  }

  /** `start` asks the actor, and says how to withdraw that. */
  #asked<T>(
    name: OutletName,
    signal: AbortSignal | undefined,
    start: (actor: AnyActorRef, settle: Settle<T>) => () => unknown,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const actor = this.#find(name);
      if (signal?.aborted) return reject(cancelled());
      if (actor === undefined) return reject(down(name));
      let withdraw = (): unknown => undefined;
      const abort = (): void => {
        crash.unsubscribe();
        withdraw();
        reject(cancelled());
      };
      const settled =
        <V>(settle: (value: V) => void) =>
        (value: V) => {
          crash.unsubscribe();
          signal?.removeEventListener('abort', abort);
          settle(value);
        };
      const settle = { resolve: settled(resolve), reject: settled(reject) };
      const crash = actor.subscribe({ error: () => settle.reject(down(name)) });
      signal?.addEventListener('abort', abort, { once: true });
      withdraw = start(actor, settle);
    });
  }
}

interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}
