import type { AnyActorRef } from 'xstate';
import type { TpmOperationName, TpmOperations } from '../drivers/tpm/interface.ts';
import { TiesError } from '../protocol/errors.ts';
import type { Delivery, OutgoingMessage } from '../transports/lora/interface.ts';
import { PRIORITY } from './tpm.ts';

const cancelled = (): TiesError =>
  new TiesError('CANCELLED', 'Nobody waits for this any more; nothing is to be done.');

/**
 * What a protocol's host reaches the world through: the `tpm` and `radio` actors as promises.
 * Aborting the signal takes a request out of their queues and rejects with `CANCELLED`.
 */
export class Outlets {
  readonly #tpm: AnyActorRef;
  readonly #radio: AnyActorRef;
  #jobs = 0;

  constructor(tpm: AnyActorRef, radio: AnyActorRef) {
    this.#tpm = tpm;
    this.#radio = radio;
  }

  perform<Name extends TpmOperationName>(
    name: Name,
    input: TpmOperations[Name]['input'],
    options: { signal?: AbortSignal; priority?: number } = {},
  ): Promise<TpmOperations[Name]['output']> {
    const id = this.#jobs++;
    const { signal, priority = PRIORITY.reply } = options;
    const withdraw = () => this.#tpm.send({ type: 'tpm.cancelled', id });
    return cancellable(signal, withdraw, (settle) => {
      const job = { id, name, input, priority, ...settle };
      this.#tpm.send({ type: 'tpm.requested', job });
    });
  }

  send(message: OutgoingMessage, signal?: AbortSignal): Promise<Delivery> {
    const withdrawal = new AbortController();
    return cancellable(
      signal,
      () => withdrawal.abort(),
      (settle) =>
        this.#radio.send({
          type: 'radio.send',
          message,
          signal: withdrawal.signal,
          ...settle,
        }),
    );
  }

  listenAs(addresses: readonly number[]): void {
    this.#radio.send({ type: 'radio.listenAs', addresses });
  }
}

interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** A promise that an abort rejects with `CANCELLED`, once `withdraw` has told who works on it. */
function cancellable<T>(
  signal: AbortSignal | undefined,
  withdraw: () => void,
  start: (settle: Settle<T>) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled());
    const abort = (): void => {
      withdraw();
      reject(cancelled());
    };
    signal?.addEventListener('abort', abort, { once: true });
    const settled =
      <V>(settle: (value: V) => void) =>
      (value: V) => {
        signal?.removeEventListener('abort', abort);
        settle(value);
      };
    start({ resolve: settled(resolve), reject: settled(reject) });
  });
}
