import type { AnyActorRef } from 'xstate';
import type { TpmOperationName, TpmOperations } from '../drivers/tpm/interface.ts';
import { TiesError } from '../protocol/errors.ts';
import type { Delivery, OutgoingMessage } from '../transports/lora/interface.ts';
import { PRIORITY } from './tpm.ts';

const NEVER = new AbortController().signal;

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
    const { signal = NEVER, priority = PRIORITY.reply } = options;
    const id = this.#jobs++;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(cancelled());
      const abort = (): void => {
        this.#tpm.send({ type: 'tpm.cancelled', id });
        reject(cancelled());
      };
      signal.addEventListener('abort', abort, { once: true });
      const ended =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal.removeEventListener('abort', abort);
          settle(value);
        };
      const job = { id, name, input, priority, resolve: ended(resolve), reject: ended(reject) };
      this.#tpm.send({ type: 'tpm.requested', job });
    });
  }

  send(message: OutgoingMessage, signal: AbortSignal = NEVER): Promise<Delivery> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(cancelled());
      signal.addEventListener('abort', () => reject(cancelled()), { once: true });
      this.#radio.send({ type: 'radio.send', message, signal, resolve, reject });
    });
  }

  listenAs(addresses: readonly number[]): void {
    this.#radio.send({ type: 'radio.listenAs', addresses });
  }
}
