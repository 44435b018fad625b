import type { KeyBlob } from '../../drivers/tpm/interface.ts';
import { toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { shortDevId } from '../../protocol/identity.ts';
import type { RosterEntry } from '../../protocol/roster.ts';
import type { Secret } from '../../protocol/secret.ts';
import { suiteName } from '../../protocol/suite.ts';
import type { StorageKey } from '../../protocol/tpm/storage-key.ts';
import type { Association } from '../association.ts';
import type { Store } from '../store.ts';

/** What the CE has told a joining node, before it knows that the node has taken it. */
export interface Offer {
  readonly storageKey: StorageKey;
  readonly masterKey: KeyBlob;
  readonly nodeEpoch: number;
  readonly centerEpoch: number;
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
  readonly floor: { readonly epoch: number; readonly number: number } | null;
  readonly address: number;
  /** At most the last four. */
  readonly offers: readonly Offer[];
}

/** A joined node. */
export interface MemberRecord extends Offer {
  readonly address: number;
  readonly devId: Uint8Array;
}

/** The network as its CE has it. */
export interface NetworkRecord {
  readonly netId: Uint8Array;
  readonly nextAddress: number;
  /** Rises with every offer and every roster; the TPM's floor follows, so an old store is told. */
  readonly generation: number;
}

const KEPT_OFFERS = 4;

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

  /** Admit a label: it gets its address now and for good. */
  async admit(label: Pick<LabelRecord, 'devId' | 'firstKey' | 'sealed'>): Promise<void> {
    const key = labelKey(label.devId);
    const { network } = this;
    const address = network.nextAddress;
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
    const offers = [offer, ...fresh.offers].slice(0, KEPT_OFFERS);
    const network = this.#nextGeneration();
    await this.#store.write({ [labelKey(label.devId)]: { ...fresh, offers }, network });
    return network.generation;
  }

  /** The node's first word under an offer decides for it: the access key and the others go. */
  decide(label: LabelRecord, offer: Offer): Promise<void> {
    const { address, devId } = label;
    const member: MemberRecord = { ...offer, address, devId };
    return this.#store.write({
      [labelKey(devId)]: { ...this.#fresh(label), sealed: null, offers: [] },
      [`member/${address}`]: member,
    });
  }

  member(address: number): MemberRecord | undefined {
    return this.#store.get(`member/${address}`);
  }

  get members(): readonly MemberRecord[] {
    return this.#store.entries<MemberRecord>('member/').map(([, member]) => member);
  }

  /** Write what goes with a new roster, and rise by one generation. */
  async keepRoster(changes: Record<string, unknown>): Promise<number> {
    const network = this.#nextGeneration();
    await this.#store.write({ ...changes, network });
    return network.generation;
  }

  /** The association that `offer` makes; its root is the same before and after it is decided. */
  association(address: number, offer: Offer): Association {
    const { nodeEpoch, centerEpoch, masterKey } = offer;
    const root = { id: `master ${address} ${nodeEpoch}.${centerEpoch}`, ref: masterKey };
    return { root, netId: this.network.netId, node: address, nodeEpoch, centerEpoch };
  }

  #fresh(label: LabelRecord): LabelRecord {
    return this.#store.get(labelKey(label.devId)) ?? label;
  }

  #nextGeneration(): NetworkRecord {
    return { ...this.network, generation: this.network.generation + 1 };
  }
}

/** How the list of authorized devices names a member. */
export const activeEntry = (
  member: Pick<MemberRecord, 'address' | 'devId' | 'storageKey'>,
): RosterEntry => ({
  address: member.address,
  state: `active ${suiteName(member.storageKey.suite)}`,
  devId: shortDevId(member.devId),
});

const labelKey = (devId: Uint8Array): string => `label/${toHex(devId.subarray(0, 8))}`;
