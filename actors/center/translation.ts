import { fromPromise } from 'xstate';
import { ktcDirectoryMachine } from '../../machines/ktc/directory.ts';
import { ktcTranslatorMachine } from '../../machines/ktc/translator.ts';
import { TiesError } from '../../protocol/errors.ts';
import { addressIn, CENTER } from '../../protocol/identity.ts';
import type { BodyOf, Status } from '../../protocol/messages.ts';
import type { Objection } from '../../protocol/roster.ts';
import { NAME_ALGORITHM } from '../../protocol/tpm/name.ts';
import { storageKeyName } from '../../protocol/tpm/storage-key.ts';
import { isLater, type TransactionId } from '../../protocol/transaction.ts';
import { type Association, associationKeyId, underMasterKey } from '../association.ts';
import { Outbox } from '../outbox.ts';
import { parsed } from '../parsed.ts';
import type { Opened } from '../router.ts';
import type { Sealed } from '../station.ts';
import type { CenterHost } from './host.ts';
import type { MemberRecord } from './records.ts';

export const translatorId = (requester: number): string => `ktc.translator.${requester}`;
/** No device has this address. */
const NOBODY = 0;

export const directoryId = (node: number): string => `ktc.directory.${node}`;

/** The Central Entity's side of one key distribution, from an authenticated K1. */
export class Translation {
  readonly #host: CenterHost;
  readonly #opened: Opened;
  readonly #outbox = new Outbox();
  readonly #wanted: BodyOf<'K1'>;
  readonly #transaction: TransactionId;
  #translated: Uint8Array | null = null;

  constructor(host: CenterHost, opened: Opened) {
    this.#host = host;
    this.#opened = opened;
    this.#wanted = opened.event.body as BodyOf<'K1'>;
    const requester = opened.event.from;
    const epoch = host.associationOf(requester)?.nodeEpoch ?? 0;
    this.#transaction = { requester, epoch, number: this.#wanted.number };
  }

  /** The CE keeps the highest transaction of each requester. */
  get isStale(): boolean {
    const last = this.#host.station.store.get<TransactionId>(this.#floorKey);
    return last !== undefined && !isLater(this.#transaction, last);
  }

  get input() {
    return { mode: this.#wanted.mode, objection: this.#objection };
  }

  /** What the roster says against these two sharing a key. */
  get #objection(): Objection | null {
    const { requester } = this.#transaction;
    const { peer } = this.#wanted;
    const self: Objection | null = peer === requester ? 'unknown' : null;
    return self ?? this.#host.objectionTo(requester) ?? this.#host.objectionTo(peer);
  }

  hosted() {
    const { station } = this.#host;
    return parsed(ktcTranslatorMachine).provide({
      actors: {
        translate: fromPromise(({ signal }) => this.#translate(signal)),
        transmit: fromPromise(async ({ input, signal }) => {
          const sealed = await this.#outbox.once(input.message, () => this.#seal(input.message));
          if (input.message === 'K2.direct') {
            station.expect(sealed, translatorId(this.#transaction.requester));
            await station.transmit(sealed, { signal });
          } else await station.transmit(sealed, { signal, answering: this.#opened.request });
        }),
        refuse: fromPromise(async ({ input, signal }) => {
          const sealed = await this.#host.sealTo(this.#requester, {
            name: 'refuse',
            clear: { re: this.#opened.request.counter },
            body: { status: input.status },
          });
          await station.transmit(sealed, { signal, answering: this.#opened.request });
        }),
      },
    });
  }

  get #floorKey(): string {
    return `transaction/${this.#transaction.requester}`;
  }

  get #requester(): Association {
    return this.#host.associationOf(this.#transaction.requester) as Association;
  }

  /** Throws `MEMBER_AWAY`: nothing that it would take can be said before it has rejoined. */
  get #peer(): Association {
    const association = this.#host.associationOf(this.#wanted.peer);
    if (association === null)
      throw new TiesError(
        'MEMBER_AWAY',
        `Node ${this.#wanted.peer} has not been heard of since this center was switched on. See that it is on and in reach.`,
      );
    return association;
  }

  async #translate(signal: AbortSignal): Promise<void> {
    const { station, records } = this.#host;
    await station.store.write({ [this.#floorKey]: this.#transaction });
    const { storageKey: to } = records.member(this.#peer.node) as MemberRecord;
    const { wrap } = this.#wanted;
    const translated = await station.outlets.perform('translate', { wrap, to }, { signal });
    const objection = this.#objection;
    if (objection !== null)
      throw new TiesError(
        'PEER_UNAUTHORIZED',
        `A device was taken off the list while its key was translated: ${objection}. It gets nothing.`,
      );
    this.#translated = translated;
    // The key of a ticket may have to be derived: if it cannot, the requester is told so.
    if (this.#wanted.mode === 'indirect')
      await this.#outbox.once('K2.indirect', () => this.#seal('K2.indirect'));
  }

  #seal(message: 'K2.direct' | 'K2.indirect' | 'K4'): Promise<Sealed> {
    const re = this.#opened.request.counter;
    const rosterVersion = this.#host.roster.version;
    switch (message) {
      case 'K2.direct':
        return this.#host.sealTo(this.#peer, { name: message, clear: {}, body: this.#delivery });
      case 'K2.indirect':
        return this.#sealTicket().then((ticket) =>
          this.#host.sealTo(this.#requester, {
            name: message,
            clear: { re, ticket: ticket.message.payload },
            body: { rosterVersion },
          }),
        );
      case 'K4':
        return this.#host.sealTo(this.#requester, {
          name: message,
          clear: { re },
          body: { rosterVersion },
        });
    }
  }

  get #delivery(): BodyOf<'ticket'> {
    return { ...this.#transaction, wrap: this.#translated as Uint8Array };
  }

  /** From the CE to N2, whoever carries it: a key, a source and a destination of its own. */
  async #sealTicket(): Promise<Sealed> {
    const { station, net } = this.#host;
    const peer = this.#peer;
    const [key] = await station.keys.get(peer.root, [
      underMasterKey(peer, 'ticket', 'center→node'),
    ]);
    return station.seal<'ticket'>(key.secret, net, {
      name: 'ticket',
      kid: associationKeyId(peer),
      src: CENTER,
      dst: peer.node,
      clear: {},
      body: this.#delivery,
    });
  }
}

/** Who a peer is: the answer to an authenticated peer.query. */
export const hostedDirectory = (host: CenterHost, opened: Opened) => {
  const outbox = new Outbox();
  return parsed(ktcDirectoryMachine).provide({
    actors: {
      transmit: fromPromise(async ({ signal }) => {
        const sealed = await outbox.once('peer.info', () => describe(host, opened));
        await host.station.transmit(sealed, { signal, answering: opened.request });
      }),
    },
  });
};

function describe(host: CenterHost, opened: Opened): Promise<Sealed> {
  const { peer } = opened.event.body as BodyOf<'peer.query'>;
  const { records } = host;
  const address = addressIn(peer) ?? records.label(peer)?.address ?? NOBODY;
  const status: Status = host.objectionTo(opened.event.from) ?? host.objectionTo(address) ?? 'ok';
  const member = records.member(address);
  const name =
    status === 'ok' && member !== undefined
      ? storageKeyName(member.storageKey).slice(NAME_ALGORITHM.length)
      : new Uint8Array(0);
  return host.sealTo(host.associationOf(opened.event.from) as Association, {
    name: 'peer.info',
    clear: { re: opened.request.counter },
    body: { status, address, name, rosterVersion: host.roster.version },
  });
}
