import type { KeyBlob } from '../../drivers/tpm/interface.ts';
import type { Published } from '../../machines/roster/publisher.ts';
import { sha256, toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { JOINER_FIRST, shortDevId } from '../../protocol/identity.ts';
import type { Standing } from '../../protocol/messages.ts';
import { EMPTY_ROSTER, type RosterEntry } from '../../protocol/roster.ts';
import type { Secret } from '../../protocol/secret.ts';
import { suiteName } from '../../protocol/suite.ts';
import type { StorageKey } from '../../protocol/tpm/storage-key.ts';
import type { Association, Bond } from '../association.ts';
import type { Store } from '../store.ts';

/** What the CE has told a joining node, before it knows that the node has taken it. */
export interface Offer {
  readonly storageKey: StorageKey;
  readonly masterKey: KeyBlob;
  readonly nodeEpoch: number;
  readonly centerEpoch: number;
}

/** Highest (boot epoch, counter) that was taken: what is not later is a replay. */
export interface Floor {
  readonly epoch: number;
  readonly number: number;
}

/** One label: what is kept of it for good is the key of its J1 and the floor under them. */
export interface LabelRecord {
  /** 12 bytes. */
  readonly devId: Uint8Array;
  /** K_J1: yields no Master Key, makes a J1 checkable without the TPM. */
  readonly firstKey: Secret;
  /** The access key, sealed to the CE's TPM; null once it has served. */
  readonly sealed: KeyBlob | null;
  /** Highest (boot epoch, attempt) of a J1. */
  readonly floor: Floor | null;
  readonly address: number;
  /** At most the last four. */
  readonly offers: readonly Offer[];
}

/** A node that has joined; the epochs are those of the join or of the last rejoin. */
export interface MemberRecord extends Offer {
  readonly address: number;
  readonly devId: Uint8Array;
  readonly standing: Standing;
  /** Highest (boot epoch, counter) of an R1. */
  readonly rejoinFloor: Floor | null;
}

/** The network as its CE has it. */
export interface NetworkRecord {
  readonly netId: Uint8Array;
  readonly nextAddress: number;
  /** Rises with every offer and every roster; the TPM's floor follows, so an old store is told. */
  readonly generation: number;
}

const KEPT_OFFERS = 4;
/** Broadcasts kept for whoever missed them. */
const KEPT_DELTAS = 16;
const NOTHING_PUBLISHED: Published = { version: 0, hash: EMPTY_ROSTER.hash, size: 0 };

/** The Central Entity's records in its store. */
export class CenterRecords {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get network(): NetworkRecord {
    const network = this.#store.get<NetworkRecord>('network');
    if (network === undefined)
      throw new TiesError('CENTER_NO_NETWORK', 'The store holds no network; provision the center.');
    return network;
  }

  get hasNetwork(): boolean {
    return this.#store.get('network') !== undefined;
  }

  found(netId: Uint8Array): Promise<void> {
    const network: NetworkRecord = { netId, nextAddress: 2, generation: 0 };
    return this.#store.write({ network });
  }

  /** By the first 8 bytes of a device's id. */
  label(shortDevId: Uint8Array): LabelRecord | undefined {
    return this.#store.get(`label/${toHex(shortDevId)}`);
  }

  labelOf(address: number): LabelRecord | undefined {
    const key = this.#store.get<string>(`address/${address}`);
    return key === undefined ? undefined : this.#store.get(key);
  }

  /** Admit a label: it gets its address now and for good. Throws `NETWORK_FULL`. */
  async admit(label: Pick<LabelRecord, 'devId' | 'firstKey' | 'sealed'>): Promise<void> {
    const key = labelKey(label.devId);
    const { network } = this;
    const address = network.nextAddress;
    if (address >= JOINER_FIRST)
      throw new TiesError(
        'NETWORK_FULL',
        'Every address of this network was given to a label, and none is given twice: provision a new center, and the devices for it.',
      );
    const record: LabelRecord = { ...label, floor: null, address, offers: [] };
    await this.#store.write({
      [key]: record,
      [`address/${address}`]: key,
      network: { ...network, nextAddress: address + 1 },
    });
  }

  raiseFloor(label: LabelRecord, floor: NonNullable<LabelRecord['floor']>): Promise<void> {
    return this.#store.write({ [labelKey(label.devId)]: { ...this.#fresh(label), floor } });
  }

  /** Before its J4 is sent: the node may take an offer and be heard of only after a restart. */
  async keepOffer(label: LabelRecord, offer: Offer): Promise<number> {
    const fresh = this.#fresh(label);
    if (fresh.sealed === null)
      throw new TiesError('LABEL_USED', 'This label was revoked while its device joined.');
    const offers = [offer, ...fresh.offers].slice(0, KEPT_OFFERS);
    const network = this.#nextGeneration();
    await this.#store.write({ [labelKey(label.devId)]: { ...fresh, offers }, network });
    return network.generation;
  }

  /** The node's first word under an offer decides for it: the access key and the others go. */
  decide(label: LabelRecord, offer: Offer): Promise<void> {
    const { address } = label;
    return this.member(address) === undefined
      ? this.#admitMember(label, offer, null)
      : Promise.resolve();
  }

  /**
   * Both epochs as an R1 and its R2 tell them. A node that was cut off before its J5 decides for
   * an offer by its R1.
   */
  rejoin(label: LabelRecord, offer: Offer, floor: Floor, centerEpoch: number): Promise<void> {
    const inThese = { ...offer, nodeEpoch: floor.epoch, centerEpoch };
    const member = this.member(label.address);
    return member === undefined
      ? this.#admitMember(label, inThese, floor)
      : this.#store.write({
          [`member/${label.address}`]: { ...member, ...inThese, rejoinFloor: floor },
        });
  }

  /**
   * A device is no member any more, for good: once revoked it does not become one that has left.
   * One that was admitted and has not joined yet will not. Throws `MEMBER_UNKNOWN`.
   */
  dismiss(address: number, standing: Exclude<Standing, 'active'>): Promise<void> {
    const label = this.labelOf(address);
    if (label === undefined)
      throw new TiesError(
        'MEMBER_UNKNOWN',
        `Nobody was ever given the address ${address}; see the list of nodes.`,
      );
    const closed = { [labelKey(label.devId)]: { ...label, sealed: null, offers: [] } };
    const member = this.member(address);
    if (member === undefined || member.standing === 'revoked') return this.#store.write(closed);
    return this.#store.write({ ...closed, [`member/${address}`]: { ...member, standing } });
  }

  member(address: number): MemberRecord | undefined {
    return this.#store.get(`member/${address}`);
  }

  get members(): readonly MemberRecord[] {
    return this.#store.entries<MemberRecord>('member/').map(([, member]) => member);
  }

  /** The list as it was published last. */
  get roster(): Published {
    return this.#store.get<Published>('roster') ?? NOTHING_PUBLISHED;
  }

  /** What it says of a device. */
  listed(address: number): RosterEntry | undefined {
    return this.#store.get(entryKey(address));
  }

  get listedEntries(): readonly RosterEntry[] {
    return this.#store
      .entries<RosterEntry>(ENTRY)
      .map(([, entry]) => entry)
      .sort((a, b) => a.address - b.address);
  }

  /** The broadcast that led to a version, as it was signed; the last ones are kept. */
  delta(version: number): Uint8Array | undefined {
    return this.#store.get(deltaKey(version));
  }

  /** A new version and its broadcast: the generation rises by one. */
  async publish(
    roster: Published,
    entries: readonly RosterEntry[],
    delta: Uint8Array,
  ): Promise<number> {
    const network = this.#nextGeneration();
    await this.#store.write({
      ...Object.fromEntries(entries.map((entry) => [entryKey(entry.address), entry])),
      [deltaKey(roster.version)]: delta,
      [deltaKey(roster.version - KEPT_DELTAS)]: undefined,
      ...{ roster, network },
    });
    return network.generation;
  }

  /** The association that `offer` makes; its root is the same before and after it is decided. */
  association(address: number, offer: Offer): Association {
    const { nodeEpoch, centerEpoch, masterKey } = offer;
    const root = { id: `master ${address} ${nodeEpoch}.${centerEpoch}`, ref: masterKey };
    return { root, netId: this.network.netId, node: address, nodeEpoch, centerEpoch };
  }

  /** The same in any epochs: what a rejoin is sealed under. */
  bond(address: number, { masterKey }: Offer): Bond {
    const id = `rejoin ${address} ${toHex(sha256(masterKey.public).subarray(0, 8))}`;
    return { root: { id, ref: masterKey }, netId: this.network.netId, node: address };
  }

  /** Every MK that the node of this address may hold: its own, or those of the offers made to it. */
  offersTo(address: number): readonly Offer[] {
    const member = this.member(address);
    return member === undefined ? (this.labelOf(address)?.offers ?? []) : [member];
  }

  #admitMember(label: LabelRecord, offer: Offer, rejoinFloor: Floor | null): Promise<void> {
    const { address, devId } = label;
    const { storageKey, masterKey, nodeEpoch, centerEpoch } = offer;
    const key = { storageKey, masterKey, nodeEpoch, centerEpoch };
    const member: MemberRecord = { ...key, address, devId, standing: 'active', rejoinFloor };
    return this.#store.write({
      [labelKey(devId)]: { ...this.#fresh(label), sealed: null, offers: [] },
      [`member/${address}`]: member,
    });
  }

  #fresh(label: LabelRecord): LabelRecord {
    return this.#store.get(labelKey(label.devId)) ?? label;
  }

  #nextGeneration(): NetworkRecord {
    return { ...this.network, generation: this.network.generation + 1 };
  }
}

/** How the list of authorized devices names a member, or one who was it. */
export const entryFor = ({ address, devId, storageKey, standing }: MemberRecord): RosterEntry => ({
  address,
  state: standing === 'active' ? `active ${suiteName(storageKey.suite)}` : standing,
  devId: shortDevId(devId),
});

const ENTRY = 'listed/';
const entryKey = (address: number): string => `${ENTRY}${address}`;
const deltaKey = (version: number): string => `delta/${version}`;
const labelKey = (devId: Uint8Array): string => `label/${toHex(devId.subarray(0, 8))}`;
