import { fromPromise } from 'xstate';
import { type KtcMode, ktcRequesterMachine } from '../../machines/ktc/requester.ts';
import { concat, sha256 } from '../../protocol/bytes.ts';
import { namedBy } from '../../protocol/identity.ts';
import type { Derivation } from '../../protocol/key-schedule.ts';
import type { ClearOf } from '../../protocol/messages.ts';
import { NAME_ALGORITHM } from '../../protocol/tpm/name.ts';
import { transactionText } from '../../protocol/transaction.ts';
import { Outbox } from '../outbox.ts';
import { parsed } from '../parsed.ts';
import type { Opener } from '../router.ts';
import type { Sealed } from '../station.ts';
import { deriveAhead } from './confirm-keys.ts';
import type { NodeHost } from './host.ts';
import { takeWord } from './inquiry.ts';
import { type Slot, sessionRoot, slotKeyId, underSessionKey } from './sessions.ts';

export const requesterId = (peer: number): string => `ktc.requester.${peer}`;

interface Made {
  readonly slot: Slot;
  readonly wrap: Uint8Array;
}

/** N1's side of one key distribution: the key it makes, the messages it sends. */
export class KeyRequest {
  readonly #host: NodeHost;
  readonly #peer: number;
  readonly #mode: KtcMode;
  readonly #outbox = new Outbox();
  #peerName: Uint8Array | null;
  #made: Made | null = null;
  #ticket: Uint8Array | null = null;

  constructor(host: NodeHost, peer: number, mode: KtcMode) {
    this.#host = host;
    this.#peer = peer;
    this.#mode = mode;
    this.#peerName = host.station.store.get<{ name: Uint8Array }>(`peer/${peer}`)?.name ?? null;
  }

  get input() {
    return { mode: this.#mode, peerKnown: this.#peerName !== null };
  }

  /** K3 of the indirect method: only who imported the key can have sealed it. */
  readonly openAcknowledgement: Opener = async (packet) => {
    if (this.#made === null || this.#ticket === null) return 'unknown-source';
    const { slot } = this.#made;
    if (packet.kid !== slotKeyId(slot)) return 'unknown-source';
    const key = await this.#acknowledgementKey(slot);
    const { epoch } = packet.clear as ClearOf<'K3.indirect'>;
    return [
      {
        secret: key.secret,
        place: { src: this.#peer, dst: this.#host.address, epoch },
        window: key.window('K3.indirect'),
        bound: sha256(this.#ticket),
      },
    ];
  };

  hosted() {
    const { station } = this.#host;
    return parsed(ktcRequesterMachine).provide({
      actors: {
        createSessionKey: fromPromise(({ signal }) => this.#create(signal)),
        keepSessionKey: fromPromise(async () => {
          await this.#host.requireVouched(this.#peer);
          if (this.#made !== null) await this.#host.sessions.keepOwn(this.#peer, this.#made.slot);
        }),
        transmit: fromPromise(async ({ input, signal }) => {
          const sealed = await this.#seal(input.message);
          station.expect(sealed, requesterId(this.#peer));
          if (input.message === 'K1') this.#deriveAhead();
          await station.transmit(sealed, { signal });
        }),
      },
      actions: {
        acceptPeer: ({ event }) => {
          if (event.type !== 'peer.described') return;
          this.#peerName = concat(NAME_ALGORITHM, event.body.name);
          takeWord(this.#host, this.#peer, event.body);
        },
        acceptTicket: ({ event }) => {
          if (event.type === 'ticket.issued') this.#ticket = event.clear.ticket;
        },
      },
    });
  }

  async #create(signal: AbortSignal): Promise<void> {
    const { station, centerKey, address } = this.#host;
    const peerName = this.#peerName as Uint8Array;
    await this.#host.mayBegin(this.#peer, signal);
    await station.store.write({ [`peer/${this.#peer}`]: { name: peerName } });
    const input = { center: centerKey, peerName };
    const { key, wrap } = await station.outlets.perform('createSessionKey', input, { signal });
    const transaction = {
      requester: address,
      epoch: station.epoch,
      number: this.#host.nextTransaction(),
    };
    this.abandon();
    this.#made = { slot: { transaction, key }, wrap };
  }

  /** The key that was made comes to nothing: what was derived from it goes. */
  abandon(): void {
    if (this.#made !== null) this.#host.station.keys.forget(sessionRoot(this.#made.slot).id);
  }

  #seal(message: 'peer.query' | 'K1' | 'ticket'): Promise<Sealed> {
    if (message === 'peer.query')
      return this.#outbox.once(message, () =>
        this.#host.sealToCenter('peer.query', {}, { peer: namedBy(this.#peer) }),
      );
    const { slot, wrap } = this.#made as Made;
    const label = `${message} ${transactionText(slot.transaction)}`;
    if (message === 'K1')
      return this.#outbox.once(label, () => {
        const { number } = slot.transaction;
        const body = { mode: this.#mode, peer: this.#peer, number, wrap };
        return this.#host.sealToCenter('K1', {}, body);
      });
    return this.#outbox.once(label, () => this.#forward());
  }

  /** The CE's packet for the peer, verbatim: the counter inside is the CE's. */
  #forward(): Sealed {
    const { membership } = this.#host.member;
    const route = { net: membership.netId[0] as number, src: this.#host.address, dst: this.#peer };
    const message = { ...route, payload: this.#ticket as Uint8Array };
    return { name: 'ticket', counter: 0, message };
  }

  #deriveAhead(): void {
    const { slot } = this.#made as Made;
    const others = this.#mode === 'indirect' ? [this.#acknowledgement(slot)] : [];
    deriveAhead(this.#host, this.#peer, slot, others);
  }

  async #acknowledgementKey(slot: Slot) {
    const wanted = [this.#acknowledgement(slot)] as const;
    const [key] = await this.#host.station.keys.get(sessionRoot(slot), wanted);
    return key;
  }

  #acknowledgement(slot: Slot): Derivation {
    const { netId } = this.#host.member.membership;
    return underSessionKey(slot, 'ack', { netId, src: this.#peer, dst: this.#host.address });
  }
}
