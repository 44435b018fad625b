import { fromPromise } from 'xstate';
import { confirmInitiatorMachine } from '../../machines/confirm/initiator.ts';
import { confirmResponderMachine } from '../../machines/confirm/responder.ts';
import { sha256 } from '../../protocol/bytes.ts';
import { keyId } from '../../protocol/key-schedule.ts';
import type { BodyOf, ClearOf } from '../../protocol/messages.ts';
import { successor, transactionText } from '../../protocol/transaction.ts';
import { Outbox } from '../outbox.ts';
import { parsed } from '../parsed.ts';
import type { Candidate, Opened, OpenedRecord, Opener } from '../router.ts';
import type { Sealed } from '../station.ts';
import { type Agreement, confirmKeys, makeTraffic, sealData } from './confirm-keys.ts';
import type { NodeHost } from './host.ts';
import { dataContext, type Slot, slotKeyId, type Traffic } from './sessions.ts';

export const initiatorId = (peer: number): string => `confirm.initiator.${peer}`;
export const responderId = (peer: number): string => `confirm.responder.${peer}`;

/** N1's side of a confirm. A repeat tries the next of the keys it holds for the peer. */
export class ChallengeRun {
  readonly #host: NodeHost;
  readonly #peer: number;
  readonly #challenge: Uint8Array;
  readonly #slots: readonly Slot[];
  readonly #outbox = new Outbox();
  readonly #sent = new Map<Slot, Sealed>();
  #agreed: Agreement | null = null;
  #traffic: Traffic | null = null;
  #tries = 0;

  constructor(host: NodeHost, peer: number) {
    this.#host = host;
    this.#peer = peer;
    this.#challenge = host.station.random.bytes(8);
    this.#slots = host.sessions.held(peer);
  }

  get input() {
    const { address } = this.#host;
    return { ownAddress: address, peer: this.#peer, challenge: this.#challenge };
  }

  readonly openAnswer: Opener = async (packet) => {
    const { epoch } = packet.clear as ClearOf<'C2'>;
    const candidates: Candidate[] = [];
    for (const [slot, { message }] of this.#sent) {
      if (slotKeyId(slot) !== packet.kid) continue;
      const { receive } = await confirmKeys(this.#host, this.#peer, slot);
      const place = { src: this.#peer, dst: this.#host.address, epoch };
      const bound = sha256(message.payload);
      candidates.push({ secret: receive.secret, place, bound, note: slot });
    }
    return candidates;
  };

  hosted() {
    const { station, sessions } = this.#host;
    return parsed(confirmInitiatorMachine).provide({
      actors: {
        deriveKeys: fromPromise(async ({ signal }) => {
          await this.#host.mayBegin(this.#peer, signal);
          await confirmKeys(this.#host, this.#peer, this.#nextSlot);
        }),
        transmit: fromPromise(async ({ input, signal }) => {
          const sealed = input.message === 'C1' ? await this.#sealChallenge() : this.#sealProof();
          await station.transmit(sealed, { signal });
        }),
        promote: fromPromise(async () => {
          const agreed = this.#agreed as Agreement;
          this.#traffic = await makeTraffic(this.#host, agreed, true);
          await this.#host.requireVouched(this.#peer);
          await sessions.promote(this.#peer, agreed.slot);
          sessions.addTraffic(this.#peer, this.#traffic);
        }),
      },
      actions: {
        acceptAnswer: ({ event }) => {
          if (event.type !== 'challenge.answered') return;
          this.#agreed = {
            slot: (event.opened as OpenedRecord).note as Slot,
            peer: this.#peer,
            peerEpoch: event.clear.epoch,
            challenge: this.#challenge,
            nonce: event.body.nonce,
          };
        },
      },
    });
  }

  get #nextSlot(): Slot {
    return this.#slots[this.#tries % this.#slots.length] as Slot;
  }

  async #sealChallenge(): Promise<Sealed> {
    const slot = this.#nextSlot;
    this.#tries += 1;
    const label = transactionText(slot.transaction);
    const sealed = await this.#outbox.once(label, async () => {
      const { station, member, address } = this.#host;
      const { send } = await confirmKeys(this.#host, this.#peer, slot);
      return station.seal<'C1'>(send.secret, member.membership.netId[0] as number, {
        name: 'C1',
        kid: slotKeyId(slot),
        src: address,
        dst: this.#peer,
        clear: { epoch: station.epoch },
        body: { challenge: this.#challenge },
      });
    });
    this.#sent.set(slot, sealed);
    return sealed;
  }

  #sealProof(): Sealed {
    return sealData(this.#host, this.#peer, this.#traffic as Traffic, new Uint8Array(0));
  }
}

/** N2's side of a confirm, from an authenticated C1; the opener noted under which key. */
export class AnswerRun {
  readonly #host: NodeHost;
  readonly #opened: Opened;
  readonly #outbox = new Outbox();
  readonly #agreed: Agreement;

  constructor(host: NodeHost, opened: Opened) {
    this.#host = host;
    this.#opened = opened;
    const { challenge } = opened.event.body as BodyOf<'C1'>;
    const slot = opened.note as Slot;
    const peer = opened.event.from;
    const { epoch } = opened.event.clear as ClearOf<'C1'>;
    const nonce = this.#drawNonce(slot, challenge, peer);
    this.#agreed = { slot, peer, peerEpoch: epoch, challenge, nonce };
  }

  hosted() {
    const { station, sessions } = this.#host;
    return parsed(confirmResponderMachine).provide({
      actors: {
        promote: fromPromise(async () => {
          const { peer, slot, peerEpoch } = this.#agreed;
          const { request } = this.#opened;
          try {
            await this.#host.requireVouched(peer);
            const traffic = await makeTraffic(this.#host, this.#agreed, false);
            this.#host.requireAuthorized(peer);
            await sessions.noteChallenge(slot, peerEpoch, request.counter);
            await sessions.promote(peer, slot);
            sessions.addTraffic(peer, traffic);
          } catch (error) {
            station.answers.forget(request);
            sessions.forgetChallenge(slot);
            throw error;
          }
        }),
        transmit: fromPromise(async ({ signal }) => {
          const sealed = await this.#outbox.once('C2', () => this.#sealAnswer());
          await station.transmit(sealed, { signal, answering: this.#opened.request });
        }),
      },
    });
  }

  /** n2 is redrawn until its key id is none that is in use with this peer. */
  #drawNonce(slot: Slot, challenge: Uint8Array, peer: number): Uint8Array {
    const { station, sessions } = this.#host;
    const used = new Set(sessions.traffic(peer).map(({ kid }) => kid));
    let nonce = station.random.bytes(8);
    while (used.has(keyId(dataContext(slot, challenge, nonce)))) nonce = station.random.bytes(8);
    return nonce;
  }

  async #sealAnswer(): Promise<Sealed> {
    const { station, member, address } = this.#host;
    const { slot, peer, challenge, nonce } = this.#agreed;
    const { send } = await confirmKeys(this.#host, peer, slot);
    return station.seal<'C2'>(send.secret, member.membership.netId[0] as number, {
      name: 'C2',
      kid: slotKeyId(slot),
      src: address,
      dst: peer,
      clear: { epoch: station.epoch },
      body: { answer: successor(challenge), nonce },
      bound: sha256(this.#opened.heard.payload),
    });
  }
}
