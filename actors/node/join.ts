import { fromPromise } from 'xstate';
import { joinNodeMachine } from '../../machines/join/node.ts';
import { agree, type Ephemeral, ephemeral } from '../../protocol/agreement.ts';
import { readUint, sha256 } from '../../protocol/bytes.ts';
import {
  CENTER,
  encodeMembership,
  JOINER_FIRST,
  JOINER_LAST,
  shortDevId,
} from '../../protocol/identity.ts';
import {
  firstJoinKey,
  type JoinSecrets,
  masterKey,
  offerKey,
  presentationKey,
} from '../../protocol/key-schedule.ts';
import type { BodyOf, ClearOf } from '../../protocol/messages.ts';
import type { Secret } from '../../protocol/secret.ts';
import { suiteName, suiteOf } from '../../protocol/suite.ts';
import { storageKeyName as checkStorageKey } from '../../protocol/tpm/storage-key.ts';
import { Outbox } from '../outbox.ts';
import { parsed } from '../parsed.ts';
import type { OpenedRecord, Opener } from '../router.ts';
import type { Sealed } from '../station.ts';
import { forgetNetwork } from './dismissal.ts';
import type { NodeHost } from './host.ts';

/** What one attempt knows so far. */
interface Attempt {
  readonly src: number;
  readonly accessKey: Secret;
  readonly own: Ephemeral;
  readonly outbox: Outbox;
  j1?: Uint8Array;
  offer?: Offer;
  grant?: { readonly j4: Uint8Array; readonly body: BodyOf<'J4'> };
}

interface Offer {
  readonly j2: Uint8Array;
  readonly centerEpoch: number;
  readonly body: BodyOf<'J2'>;
  readonly secrets: JoinSecrets;
  j3?: Uint8Array;
}

/** The joining node's secrets and transcript; the order of things is its machine's. */
export class NodeJoin {
  readonly #host: NodeHost;
  #attempt: Attempt | null = null;

  constructor(host: NodeHost) {
    this.#host = host;
  }

  /** J2 opens under the access key and both shares, bound to the J1 it answers. */
  readonly openOffer: Opener = (packet) => {
    const attempt = this.#attempt;
    if (attempt?.j1 === undefined) return 'unknown-source';
    const clear = packet.clear as ClearOf<'J2'>;
    const agreed = agree(attempt.own, clear.share);
    if (agreed === null) return 'tag';
    const { devId } = this.#host;
    return [
      {
        secret: offerKey(attempt.accessKey, devId, attempt.own.share, clear.share),
        place: { src: CENTER, dst: attempt.src, epoch: clear.epoch },
        bound: attempt.j1,
        note: { accessKey: attempt.accessKey, agreed } satisfies JoinSecrets,
      },
    ];
  };

  /** J4 is bound to everything said before it. */
  readonly openGrant: Opener = () => {
    const { attempt, offer } = this.#underOffer() ?? {};
    if (attempt?.j1 === undefined || offer?.j3 === undefined) return 'unknown-source';
    return [
      {
        secret: this.#presentationKey('J4', attempt, offer),
        place: { src: CENTER, dst: attempt.src, epoch: offer.centerEpoch },
        bound: sha256(attempt.j1, offer.j2, offer.j3),
      },
    ];
  };

  /** The machine with everything it names. */
  hosted() {
    const { outlets } = this.#host.station;
    return parsed(joinNodeMachine).provide({
      actors: {
        beginAttempt: fromPromise(async ({ signal }) => {
          const accessKey = await outlets.perform('readAccessKey', {}, { signal });
          this.#begin(accessKey);
        }),
        transmit: fromPromise(async ({ input, signal }) => {
          const sealed = await this.#seal(input.message);
          await this.#host.station.transmit(sealed, { signal });
        }),
        activateCredential: fromPromise(({ signal }) => this.#activate(signal)),
        adoptMembership: fromPromise(() => this.#adopt()),
      },
      actions: {
        acceptOffer: ({ event }) => {
          if (event.type !== 'join.offered' || this.#attempt === null) return;
          const { heard, note } = event.opened as OpenedRecord;
          this.#attempt.offer = {
            j2: heard.payload,
            centerEpoch: event.clear.epoch,
            body: event.body,
            secrets: note as JoinSecrets,
          };
        },
        acceptGrant: ({ event }) => {
          if (event.type !== 'membership.granted' || this.#attempt === null) return;
          const { heard } = event.opened as OpenedRecord;
          this.#attempt.grant = { j4: heard.payload, body: event.body };
        },
      },
    });
  }

  #master: Secret | null = null;

  #begin(accessKey: Secret): void {
    const { random, outlets } = this.#host.station;
    const span = JOINER_LAST - JOINER_FIRST + 1;
    const src = JOINER_FIRST + (readUint(random.bytes(2), 0, 2) % span);
    this.#attempt = { src, accessKey, own: ephemeral(random.bytes(32)), outbox: new Outbox() };
    outlets.listenAs([src]);
  }

  #seal(message: 'J1' | 'J3' | 'J5'): Promise<Sealed> {
    if (message === 'J5') return this.#sealLast();
    const attempt = this.#attempt as Attempt;
    return attempt.outbox.once(message, () =>
      message === 'J1' ? this.#sealFirst(attempt) : this.#sealKey(attempt),
    );
  }

  #sealFirst(attempt: Attempt): Sealed {
    const { station, devId } = this.#host;
    const clear = { devId: shortDevId(devId), epoch: station.epoch, share: attempt.own.share };
    const place = { src: attempt.src, dst: CENTER, kid: 0 };
    const key = firstJoinKey(attempt.accessKey, devId);
    const sealed = station.seal<'J1'>(key, 0, { name: 'J1', ...place, clear, body: {} });
    attempt.j1 = sealed.message.payload;
    return sealed;
  }

  #sealKey(attempt: Attempt): Sealed {
    const offer = attempt.offer as Offer;
    const { station, storageKey } = this.#host;
    const body = { suite: suiteName(storageKey.suite), storageKey: storageKey.unique };
    const place = { src: attempt.src, dst: CENTER, kid: 0 };
    const key = this.#presentationKey('J3', attempt, offer);
    const sealed = station.seal<'J3'>(key, 0, { name: 'J3', ...place, clear: {}, body });
    offer.j3 = sealed.message.payload;
    return sealed;
  }

  /** Said anew each time: it is said until it is acknowledged, whatever became of the one before. */
  async #sealLast(): Promise<Sealed> {
    const sealed = await this.#host.sealToCenter('J5', {}, {});
    this.#host.station.expect(sealed, 'join');
    return sealed;
  }

  #presentationKey(step: 'J3' | 'J4', attempt: Attempt, offer: Offer): Secret {
    const transcript = sha256(attempt.j1 as Uint8Array, offer.j2);
    return presentationKey(step, offer.secrets, transcript, offer.body.netId, this.#host.devId);
  }

  #underOffer(): { attempt: Attempt; offer: Offer } | null {
    const attempt = this.#attempt;
    return attempt?.offer === undefined ? null : { attempt, offer: attempt.offer };
  }

  async #activate(signal: AbortSignal): Promise<void> {
    const { j1, offer, grant } = this.#attempt as Required<Attempt>;
    const { idObject, seed, suite, storageKey } = grant.body;
    checkStorageKey({ suite: suiteOf(suite), unique: storageKey });
    const { outlets } = this.#host.station;
    const credential = await outlets.perform('activateCredential', { idObject, seed }, { signal });
    const transcript = sha256(j1, offer.j2, offer.j3 as Uint8Array, grant.j4);
    const secrets = { ...offer.secrets, credential };
    this.#master = masterKey(secrets, transcript, offer.body.netId, this.#host.devId);
  }

  /** MK first, then whom it is shared with, then the one-time key goes: a cut leaves no split. */
  async #adopt(): Promise<void> {
    const { own, offer, grant } = this.#attempt as Required<Attempt>;
    const { outlets, store } = this.#host.station;
    const identity = encodeMembership({
      netId: offer.body.netId,
      address: offer.body.address,
      rosterVersion: offer.body.rosterVersion,
      rosterKey: grant.body.rosterKey,
      centerSuite: suiteOf(grant.body.suite),
      centerKey: grant.body.storageKey,
    });
    const master = this.#master as Secret;
    await forgetNetwork(store);
    await outlets.perform('persistMasterKey', { masterKey: master });
    await outlets.perform('writeIdentity', { identity });
    await outlets.perform('removeAccessKey', {});
    const { accessKey, agreed } = offer.secrets;
    for (const secret of [master, accessKey, agreed, own.privateKey]) secret.wipe();
    // Nothing opens under wiped secrets: they are all zero, as anybody can guess.
    this.#attempt = null;
    this.#master = null;
    this.#host.becomeMember(identity);
    await this.#host.agreeOn(offer.centerEpoch);
  }
}
