import { fromPromise } from 'xstate';
import { joinCenterMachine } from '../../machines/join/center.ts';
import { agree, ephemeral } from '../../protocol/agreement.ts';
import { equalBytes, sha256, toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { CENTER, devIdOf } from '../../protocol/identity.ts';
import {
  type JoinSecrets,
  masterKey,
  offerKey,
  presentationKey,
} from '../../protocol/key-schedule.ts';
import type { ClearOf } from '../../protocol/messages.ts';
import { Secret } from '../../protocol/secret.ts';
import { suiteName, suiteOf } from '../../protocol/suite.ts';
import { makeCredential } from '../../protocol/tpm/credential.ts';
import { type StorageKey, storageKeyName } from '../../protocol/tpm/storage-key.ts';
import type { Request } from '../answers.ts';
import { Outbox } from '../outbox.ts';
import { parsed } from '../parsed.ts';
import type { Opened, OpenedRecord, Opener } from '../router.ts';
import type { Sealed } from '../station.ts';
import type { CenterHost } from './host.ts';
import type { LabelRecord, Offer } from './records.ts';

export const joinId = (devId: Uint8Array): string => `join.${toHex(devId.subarray(0, 8))}`;

/** What the opener of J5 notes: whose label, and which of its offers the node has taken. */
export interface Decision {
  readonly label: LabelRecord;
  readonly offer: Offer;
}

interface Exchange {
  readonly j2: Sealed;
  readonly secrets: JoinSecrets;
  readonly j3Key: Secret;
  readonly j4Key: Secret;
}

interface Presented {
  readonly opened: OpenedRecord;
  readonly storageKey: StorageKey;
}

interface Confirmation {
  readonly opened: OpenedRecord;
  readonly offer: Offer;
}

/** The Central Entity's secrets and transcript of one join; the order is its machine's. */
export class CenterJoin {
  readonly #host: CenterHost;
  readonly #label: LabelRecord;
  /** J1, or the J5 that resumed this join. */
  readonly #opened: Opened;
  readonly #outbox = new Outbox();
  #exchange: Exchange | null = null;
  #key: Presented | null = null;
  #j4: Sealed | null = null;
  #confirmation: Confirmation | null = null;

  constructor(host: CenterHost, label: LabelRecord, opened: Opened) {
    this.#host = host;
    this.#label = label;
    this.#opened = opened;
    if (opened.name === 'J5') this.#confirm(opened);
  }

  get id(): string {
    return joinId(this.#label.devId);
  }

  get input() {
    return { resumed: this.#confirmation !== null };
  }

  /** The joiner's random address, as long as it has no other. */
  get src(): number {
    return this.#opened.heard.src;
  }

  /** That of the member to be. */
  get address(): number {
    return this.#label.address;
  }

  readonly openKey: Opener = () => {
    if (this.#exchange === null) return 'unknown-source';
    const { epoch } = this.#first;
    return [{ secret: this.#exchange.j3Key, place: { src: this.src, dst: CENTER, epoch } }];
  };

  hosted() {
    const { station } = this.#host;
    return parsed(joinCenterMachine).provide({
      actors: {
        prepareOffer: fromPromise(({ signal }) => this.#prepare(signal)),
        grantMembership: fromPromise(() => this.#grant()),
        admitMember: fromPromise(() => this.#admit()),
        transmit: fromPromise(async ({ input, signal }) => {
          const [sealed, answering] = await this.#answer(input.message);
          await station.transmit(sealed, { signal, answering });
        }),
      },
      actions: {
        acceptKey: ({ event }) => {
          if (event.type !== 'key.presented') return;
          const { suite, storageKey } = event.body;
          this.#key = {
            opened: event.opened as OpenedRecord,
            storageKey: { suite: suiteOf(suite), unique: storageKey },
          };
        },
        acceptConfirmation: ({ event }) => {
          if (event.type === 'membership.confirmed') this.#confirm(event.opened as OpenedRecord);
        },
      },
    });
  }

  get #first(): ClearOf<'J1'> {
    return this.#opened.event.clear as ClearOf<'J1'>;
  }

  #confirm(opened: OpenedRecord): void {
    this.#confirmation = { opened, offer: (opened.note as Decision).offer };
  }

  async #prepare(signal: AbortSignal): Promise<void> {
    const { station, records, roster } = this.#host;
    const { epoch, share } = this.#first;
    const floor = { epoch, number: this.#opened.request.counter };
    await records.raiseFloor(this.#label, floor);
    const sealed = this.#label.sealed;
    if (sealed === null) throw new TiesError('LABEL_USED', 'This label has served already.');
    const accessKey = await station.outlets.perform('unsealAccessKey', { sealed }, { signal });
    const own = ephemeral(station.random.bytes(32));
    const agreed = agree(own, share);
    if (agreed === null) throw new TiesError('JOIN_WEAK_SHARE', 'The share is of low order.');

    const { devId, address } = this.#label;
    const { netId } = records.network;
    const j1 = this.#opened.heard.payload;
    const j2 = station.seal<'J2'>(offerKey(accessKey, devId, share, own.share), 0, {
      name: 'J2',
      kid: 0,
      src: CENTER,
      dst: this.src,
      clear: { devId: this.#first.devId, epoch: station.epoch, share: own.share },
      body: { netId, address, rosterVersion: roster.version },
      bound: j1,
    });
    const secrets = { accessKey, agreed };
    const transcript = sha256(j1, j2.message.payload);
    const key = (step: 'J3' | 'J4'): Secret =>
      presentationKey(step, secrets, transcript, netId, devId);
    this.#exchange = { j2, secrets, j3Key: key('J3'), j4Key: key('J4') };
  }

  /** A device is named by its key: another key under this label is an impostor's. */
  async #grant(): Promise<void> {
    const { station, records, storageKey, rosterKey } = this.#host;
    const exchange = this.#exchange as Exchange;
    const { opened, storageKey: nodeKey } = this.#key as Presented;
    const { devId } = this.#label;
    if (!equalBytes(devIdOf(storageKeyName(nodeKey)), devId))
      throw new TiesError('JOIN_WRONG_KEY', 'The key presented is not the one on the label.');

    const credential = station.random.bytes(16);
    const { idObject, seed } = makeCredential({
      storageKey: nodeKey,
      credential,
      random: station.random,
    });
    const flow = [this.#opened.heard.payload, exchange.j2.message.payload, opened.heard.payload];
    const j4 = station.seal<'J4'>(exchange.j4Key, 0, {
      name: 'J4',
      kid: 0,
      src: CENTER,
      dst: this.src,
      clear: {},
      body: {
        suite: suiteName(storageKey.suite),
        storageKey: storageKey.unique,
        rosterKey,
        idObject,
        seed,
      },
      bound: sha256(...flow),
    });
    const { netId } = records.network;
    const { secrets } = exchange;
    const whole = sha256(...flow, j4.message.payload);
    const withCredential = { ...secrets, credential: new Secret(credential) };
    const master = masterKey(withCredential, whole, netId, devId);
    const offer = {
      storageKey: nodeKey,
      masterKey: await station.outlets.perform('createMasterKey', { masterKey: master }),
      nodeEpoch: this.#first.epoch,
      centerEpoch: station.epoch,
    };
    for (const secret of [master, secrets.accessKey, secrets.agreed]) secret.wipe();
    await this.#host.raiseFloor(await records.keepOffer(this.#label, offer));
    this.#j4 = j4;
  }

  /** Twice is once: a node whose acknowledgement was lost says J5 again. */
  async #admit(): Promise<void> {
    const { offer } = this.#confirmation as Confirmation;
    await this.#host.records.decide(this.#label, offer);
  }

  async #answer(message: 'J2' | 'J4' | 'ack'): Promise<[Sealed, Request]> {
    if (message === 'J2') return [(this.#exchange as Exchange).j2, this.#opened.request];
    if (message === 'J4') return [this.#j4 as Sealed, (this.#key as Presented).opened.request];
    const { opened, offer } = this.#confirmation as Confirmation;
    const association = this.#host.records.association(this.#label.address, offer);
    const sealed = await this.#outbox.once('ack', () =>
      this.#host.sealTo(association, {
        name: 'ack',
        clear: { re: opened.request.counter },
        body: {},
      }),
    );
    return [sealed, opened.request];
  }
}
