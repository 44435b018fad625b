import { fromPromise } from 'xstate';
import { ktcReceiverMachine } from '../../machines/ktc/receiver.ts';
import { sha256 } from '../../protocol/bytes.ts';
import type { BodyOf, Refusal } from '../../protocol/messages.ts';
import { storageKeyName } from '../../protocol/tpm/storage-key.ts';
import type { TransactionId } from '../../protocol/transaction.ts';
import { Outbox } from '../outbox.ts';
import { parsed } from '../parsed.ts';
import type { Opened } from '../router.ts';
import type { Sealed } from '../station.ts';
import { deriveAhead } from './confirm-keys.ts';
import type { NodeHost } from './host.ts';
import { sessionRoot, slotKeyId, underSessionKey } from './sessions.ts';

/** `unique` stands first in a wrap and names the key inside. */
const UNIQUE_BYTES = 32;

export const receiverId = (requester: number): string => `ktc.receiver.${requester}`;

/** N2's side of one key distribution, from an authenticated delivery. */
export class KeyReceipt {
  readonly #host: NodeHost;
  readonly #opened: Opened;
  readonly #outbox = new Outbox();
  readonly #delivery: BodyOf<'ticket'>;
  readonly #transaction: TransactionId;

  constructor(host: NodeHost, opened: Opened) {
    this.#host = host;
    this.#opened = opened;
    this.#delivery = opened.event.body as BodyOf<'ticket'>;
    const { requester, epoch, number } = this.#delivery;
    this.#transaction = { requester, epoch, number };
  }

  /** Why this delivery is not to be looked at, if it is not. */
  get fault(): 'stale' | 'not-its-own' | null {
    const { requester } = this.#transaction;
    if (this.#isTicket && this.#opened.heard.src !== requester) return 'not-its-own';
    return this.#host.sessions.standing(this.#transaction, this.#unique) === 'stale'
      ? 'stale'
      : null;
  }

  get input() {
    const objection = this.#host.objectionTo(this.#transaction.requester);
    return {
      alreadyHeld: this.#host.sessions.standing(this.#transaction, this.#unique) === 'same',
      // Of whom this node knows nothing it asks before its TPM is put to work.
      objection: objection === 'unknown' ? null : objection,
    };
  }

  hosted() {
    const { station, sessions } = this.#host;
    return parsed(ktcReceiverMachine).provide({
      actors: {
        importSessionKey: fromPromise(async ({ signal }) => {
          await this.#host.requireVouched(this.#transaction.requester);
          const centerName = storageKeyName(this.#host.centerKey);
          const input = { wrap: this.#delivery.wrap, centerName };
          const key = await station.outlets.perform('importSessionKey', input, { signal });
          this.#host.requireAuthorized(this.#transaction.requester);
          await sessions.keepTheirs({ transaction: this.#transaction, key }, this.#unique);
        }),
        acknowledge: fromPromise(async ({ signal }) => {
          const sealed = await this.#outbox
            .once('K3', () => this.#sealAcknowledgement())
            .catch((error: unknown) => {
              station.answers.forget(this.#opened.request);
              throw error;
            });
          const { requester } = this.#transaction;
          deriveAhead(this.#host, requester, sessions.slotOf(requester, this.#transaction));
          await station.transmit(sealed, { signal, answering: this.#opened.request });
        }),
        refuse: fromPromise(({ input, signal }) => this.#refuse(input.status, signal)),
      },
    });
  }

  get #isTicket(): boolean {
    return this.#opened.name === 'ticket';
  }

  get #unique(): Uint8Array {
    return this.#delivery.wrap.slice(0, UNIQUE_BYTES);
  }

  async #sealAcknowledgement(): Promise<Sealed> {
    if (!this.#isTicket)
      return this.#host.sealToCenter('K3.direct', { re: this.#opened.request.counter }, {});
    const { station, member, address, sessions } = this.#host;
    const { requester } = this.#transaction;
    const slot = sessions.slotOf(requester, this.#transaction);
    const { netId } = member.membership;
    const derivation = underSessionKey(slot, 'ack', { netId, src: address, dst: requester });
    const [key] = await station.keys.get(sessionRoot(slot), [derivation]);
    return station.seal<'K3.indirect'>(key.secret, netId[0] as number, {
      name: 'K3.indirect',
      kid: slotKeyId(slot),
      src: address,
      dst: requester,
      clear: { epoch: station.epoch },
      body: {},
      bound: sha256(this.#opened.heard.payload),
    });
  }

  /**
   * Of a ticket the requester hears nothing: without the session key nothing would be proven. It
   * says it again, and what is no key is not looked at again. A requester that the CE vouched for and this node does not know means that this
   * node's list is behind, which passes.
   */
  async #refuse(objection: Refusal, signal: AbortSignal): Promise<void> {
    if (this.#isTicket) {
      if (objection !== 'malformed') this.#host.station.answers.forget(this.#opened.request);
      return;
    }
    const { counter } = this.#opened.request;
    const status = objection === 'unknown' ? 'busy' : objection;
    const sealed = await this.#host.sealToCenter('refuse', { re: counter }, { status });
    await this.#host.station.transmit(sealed, { signal, answering: this.#opened.request });
  }
}
