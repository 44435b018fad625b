import type { KeyBlob } from '../../drivers/tpm/interface.ts';
import { concat, equalBytes } from '../../protocol/bytes.ts';
import { type Derivation, keyId } from '../../protocol/key-schedule.ts';
import type { Purpose } from '../../protocol/messages.ts';
import {
  isLater,
  type TransactionId,
  transactionBytes,
  transactionText,
} from '../../protocol/transaction.ts';
import type { Store } from '../store.ts';
import type { RootKey, TrafficKey } from '../traffic-keys.ts';

/** A session key as it is kept: a blob of this TPM, and the transaction that brought it. */
export interface Slot {
  readonly transaction: TransactionId;
  readonly key: KeyBlob;
}

/** The keys held for one peer. `own` and `theirs` are next keys, one for each initiator. */
export interface Slots {
  readonly own?: Slot;
  readonly theirs?: Slot;
  readonly current?: Slot;
  readonly previous?: Slot;
}

/** Data keys that a confirm made, for both directions. */
export interface Traffic {
  readonly kid: number;
  readonly transaction: TransactionId;
  readonly send: TrafficKey;
  readonly receive: TrafficKey;
  readonly peerEpoch: number;
  /** The other side has shown that it holds them too. */
  proven: boolean;
  framesSent: number;
  failedTags: number;
}

/** Data keys are retired after so many forged frames, or so many sent ones. */
const MAX_FAILED_TAGS = 2 ** 13;
const MAX_FRAMES = 2 ** 15;
/** Old keys stay beside the new for what is still on the air. */
const KEPT_TRAFFIC = 2;

export const sessionRoot = (slot: Slot): RootKey => ({
  id: `session ${transactionText(slot.transaction)}`,
  ref: slot.key,
});

export const slotKeyId = (slot: Slot): number => keyId(transactionBytes(slot.transaction));

/** Derivation under SK between two nodes; without epochs, so that no epoch must be known first. */
export const underSessionKey = (
  slot: Slot,
  purpose: Purpose,
  between: { netId: Uint8Array; src: number; dst: number },
): Derivation => ({
  purpose,
  ...between,
  srcEpoch: 0,
  dstEpoch: 0,
  context: transactionBytes(slot.transaction),
});

/** What names a pair of data keys: txId ‖ ID ‖ n2. */
export const dataContext = (slot: Slot, challenge: Uint8Array, nonce: Uint8Array): Uint8Array =>
  concat(transactionBytes(slot.transaction), challenge, nonce);

/** Session keys in the store and traffic keys in memory, for every peer of this node. */
export class Sessions {
  readonly #store: Store;
  readonly #traffic = new Map<number, readonly Traffic[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  slots(peer: number): Slots {
    return this.#store.get<Slots>(`session/${peer}`) ?? {};
  }

  /** All keys held for a peer, in the order a challenge is tried under them. */
  held(peer: number): readonly Slot[] {
    const { own, theirs, current, previous } = this.slots(peer);
    return [own, theirs, current, previous].filter((slot) => slot !== undefined);
  }

  /** What a delivery of `transaction` is to this node: new, the same again, or older than one it has. */
  standing(transaction: TransactionId, unique: Uint8Array): 'new' | 'same' | 'stale' {
    const highest = this.#store.get<TransactionId & { unique: Uint8Array }>(
      `transaction/${transaction.requester}`,
    );
    if (highest === undefined || isLater(transaction, highest)) return 'new';
    return !isLater(highest, transaction) && equalBytes(highest.unique, unique) ? 'same' : 'stale';
  }

  /** N1: the CE or the peer has acknowledged the key that this node made. */
  keepOwn(peer: number, slot: Slot): Promise<void> {
    return this.#store.write({ [`session/${peer}`]: { ...this.slots(peer), own: slot } });
  }

  /** N2: before the delivery is acknowledged. */
  keepTheirs(slot: Slot, unique: Uint8Array): Promise<void> {
    const peer = slot.transaction.requester;
    return this.#store.write({
      [`session/${peer}`]: { ...this.slots(peer), theirs: slot },
      [`transaction/${peer}`]: { ...slot.transaction, unique },
    });
  }

  /** A confirm succeeded under `slot`: it is the current key, the one before it the previous. */
  promote(peer: number, slot: Slot): Promise<void> {
    const { own, theirs, current, previous } = this.slots(peer);
    const is = (other: Slot | undefined): boolean =>
      other !== undefined &&
      transactionText(other.transaction) === transactionText(slot.transaction);
    const old = is(current) ? previous : current;
    const slots = {
      ...(own !== undefined && !is(own) && { own }),
      ...(theirs !== undefined && !is(theirs) && { theirs }),
      current: slot,
      ...(old !== undefined && { previous: old }),
    };
    return this.#store.write({ [`session/${peer}`]: slots });
  }

  /** Highest (epoch, counter) of a challenge answered under this key: an older one is a replay. */
  isFreshChallenge(slot: Slot, epoch: number, counter: number): boolean {
    const last = this.#store.get<{ epoch: number; number: number }>(challengeKey(slot));
    return last === undefined || isLater({ epoch, number: counter }, last);
  }

  noteChallenge(slot: Slot, epoch: number, counter: number): Promise<void> {
    return this.#store.write({ [challengeKey(slot)]: { epoch, number: counter } });
  }

  /** Traffic keys of a peer that are in use, newest first. */
  traffic(peer: number): readonly Traffic[] {
    return (this.#traffic.get(peer) ?? []).filter(({ failedTags }) => failedTags < MAX_FAILED_TAGS);
  }

  /** The newest keys that both sides are known to hold and that are not used up. */
  outgoing(peer: number): Traffic | null {
    return (
      this.traffic(peer).find(({ proven, framesSent }) => proven && framesSent < MAX_FRAMES) ?? null
    );
  }

  addTraffic(peer: number, traffic: Traffic): void {
    this.#traffic.set(peer, [traffic, ...this.traffic(peer)].slice(0, KEPT_TRAFFIC + 1));
  }

  /** The peer has used these keys: older ones go. */
  prove(peer: number, traffic: Traffic): void {
    traffic.proven = true;
    const all = this.traffic(peer);
    this.#traffic.set(peer, all.slice(0, all.indexOf(traffic) + KEPT_TRAFFIC));
  }

  /** The peer is no longer authorized: nothing of its keys stays. */
  async drop(peer: number): Promise<void> {
    this.#traffic.delete(peer);
    await this.#store.write({ [`session/${peer}`]: undefined, [`peer/${peer}`]: undefined });
  }
}

const challengeKey = (slot: Slot): string => `challenge/${transactionText(slot.transaction)}`;
