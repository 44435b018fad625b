import type { KeyBlob } from '../../drivers/tpm/interface.ts';
import { concat, equalBytes } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { type Derivation, keyId } from '../../protocol/key-schedule.ts';
import type { Purpose } from '../../protocol/messages.ts';
import {
  isLater,
  type TransactionId,
  transactionBytes,
  transactionText,
} from '../../protocol/transaction.ts';
import type { Changes, Store } from '../store.ts';
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
  /** When the confirm made them, on this process's clock. */
  readonly sinceMs: number;
  /** The other side has shown that it holds them too. */
  proven: boolean;
  framesSent: number;
  failedTags: number;
}

/** Data keys are retired after so many forged frames, or so many sent ones. */
const MAX_FAILED_TAGS = 2 ** 13;
const MAX_FRAMES = 2 ** 15;
/** So many before that the next keys are asked for. */
const RESERVED_FRAMES = 64;
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
  readonly #forgetKeys: (rootId: string) => void;
  readonly #traffic = new Map<number, readonly Traffic[]>();
  /** Highest challenge under each key that was looked at, answered or not. */
  readonly #challenges = new Map<string, ChallengeId>();
  /** Highest transaction of each requester that was ever looked at, kept or not. */
  readonly #begun = new Map<number, TransactionId>();

  /** `forgetKeys`: what was derived from a session key goes with it. */
  constructor(store: Store, forgetKeys: (rootId: string) => void) {
    this.#store = store;
    this.#forgetKeys = forgetKeys;
  }

  slots(peer: number): Slots {
    return this.#store.get<Slots>(`session/${peer}`) ?? {};
  }

  /** Whom this node holds a key for. */
  get peers(): readonly number[] {
    return this.#store.entries('session/').map(([key]) => Number(key.split('/').at(-1)));
  }

  /** All keys held for a peer, in the order a challenge is tried under them. */
  held(peer: number): readonly Slot[] {
    const { own, theirs, current, previous } = this.slots(peer);
    return [own, theirs, current, previous].filter((slot) => slot !== undefined);
  }

  /** The key that `transaction` brought; throws `SESSION_GONE` where it was replaced since. */
  slotOf(peer: number, transaction: TransactionId): Slot {
    const slot = this.held(peer).find((held) => isOf(held, transaction));
    if (slot === undefined)
      throw new TiesError('SESSION_GONE', 'This session key was replaced; there is a newer one.');
    return slot;
  }

  /** What a delivery of `transaction` is to this node: new, the same again, or older than one it has. */
  standing(transaction: TransactionId, unique: Uint8Array): 'new' | 'same' | 'stale' {
    const begun = this.#begun.get(transaction.requester);
    if (begun !== undefined && isLater(begun, transaction)) return 'stale';
    const highest = this.#store.get<TransactionId & { unique: Uint8Array }>(
      `transaction/${transaction.requester}`,
    );
    if (highest === undefined || isLater(transaction, highest)) return 'new';
    return !isLater(highest, transaction) && equalBytes(highest.unique, unique) ? 'same' : 'stale';
  }

  /**
   * The TPM is put to work for this delivery: from now on none before it counts. Otherwise two that
   * are played in turn, faster than it imports, would have it begin anew without end.
   */
  beginDelivery(transaction: TransactionId): void {
    this.#begun.set(transaction.requester, transaction);
  }

  /** N1: the CE or the peer has acknowledged the key that this node made. */
  keepOwn(peer: number, slot: Slot): Promise<void> {
    return this.#keep(peer, { ...this.slots(peer), own: slot });
  }

  /** N2: before the delivery is acknowledged. */
  keepTheirs(slot: Slot, unique: Uint8Array): Promise<void> {
    const peer = slot.transaction.requester;
    const slots = { ...this.slots(peer), theirs: slot };
    return this.#keep(peer, slots, { [`transaction/${peer}`]: { ...slot.transaction, unique } });
  }

  /**
   * A confirm succeeded under `slot`: a next key becomes the current one, the one before it the
   * previous. The previous serves as it is and never comes back: otherwise whoever has that key, or
   * fills the air until only it is answered, would have it outlive every key after it.
   */
  promote(peer: number, slot: Slot): Promise<void> {
    const held = this.slots(peer);
    const is = (other: Slot | undefined): boolean =>
      other !== undefined && isOf(other, slot.transaction);
    const changes = { [confirmsKey(slot)]: this.confirmsOf(slot) + 1 };
    if (is(held.current) || is(held.previous)) return this.#keep(peer, held, changes);
    const { own, theirs, current } = held;
    const slots = {
      ...(own !== undefined && !is(own) && { own }),
      ...(theirs !== undefined && !is(theirs) && { theirs }),
      current: slot,
      ...(current !== undefined && { previous: current }),
    };
    return this.#keep(peer, slots, changes);
  }

  /** How often this key was confirmed, by this process or one before it. */
  confirmsOf(slot: Slot): number {
    return this.#store.get<number>(confirmsKey(slot)) ?? 0;
  }

  /** Highest (epoch, counter) of a challenge under this key: one that is not above it is a replay. */
  isFreshChallenge(slot: Slot, epoch: number, counter: number): boolean {
    const answered = this.#store.get<ChallengeId>(challengeKey(slot));
    return [answered, this.#challenges.get(challengeKey(slot))].every(
      (last) => last === undefined || isLater({ epoch, number: counter }, last),
    );
  }

  /** The TPM is put to work for this challenge, for which the same holds as for a delivery. */
  beginChallenge(slot: Slot, epoch: number, counter: number): void {
    this.#challenges.set(challengeKey(slot), { epoch, number: counter });
  }

  /** Nothing came of it: it may come again. */
  forgetChallenge(slot: Slot): void {
    this.#challenges.delete(challengeKey(slot));
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

  /** Whether a new confirm is due before the keys in use are used up. */
  isNearlySpent(peer: number): boolean {
    const traffic = this.outgoing(peer);
    return traffic === null || traffic.framesSent >= MAX_FRAMES - RESERVED_FRAMES;
  }

  /**
   * The newest that are proven stay, however many confirms after them nobody ends. Those of another
   * epoch of the peer go: it has lost them.
   */
  addTraffic(peer: number, traffic: Traffic): void {
    const { peerEpoch } = traffic;
    const all = [traffic, ...this.traffic(peer).filter((other) => other.peerEpoch === peerEpoch)];
    const proven = all.findIndex((other) => other.proven);
    this.#traffic.set(
      peer,
      all.filter((_, at) => at <= KEPT_TRAFFIC || at === proven),
    );
  }

  /** The peer has used these keys: older ones go. */
  prove(peer: number, traffic: Traffic): void {
    traffic.proven = true;
    const all = this.traffic(peer);
    this.#traffic.set(peer, all.slice(0, all.indexOf(traffic) + KEPT_TRAFFIC));
  }

  /**
   * Peers are no longer authorized: nothing of their keys stays. `changes` say so, in the same
   * write, as nobody looks for these keys again.
   */
  drop(peers: readonly number[], changes: Changes = {}): Promise<void> {
    for (const peer of peers) this.#traffic.delete(peer);
    const dropped = peers.map((peer) => ({
      ...this.#replaced(peer, undefined),
      [`peer/${peer}`]: undefined,
    }));
    return this.#store.write(Object.assign({}, ...dropped, changes));
  }

  #keep(peer: number, slots: Slots, changes: Changes = {}): Promise<void> {
    // Frozen, they are asked for at each message and decoded at none.
    return this.#store.write({ ...this.#replaced(peer, Object.freeze(slots)), ...changes });
  }

  /** The slots of a peer; what hangs on a key that is in none of them any more goes. */
  #replaced(peer: number, slots: Slots | undefined): Changes {
    const kept = Object.values(slots ?? {}) as Slot[];
    const gone = this.held(peer).filter(
      ({ transaction }) => !kept.some((slot) => isOf(slot, transaction)),
    );
    for (const slot of gone) {
      this.#forgetKeys(sessionRoot(slot).id);
      this.forgetChallenge(slot);
    }
    const challenges = Object.fromEntries(
      gone
        .flatMap((slot) => [challengeKey(slot), confirmsKey(slot)])
        .map((key) => [key, undefined]),
    );
    return { [`session/${peer}`]: slots, ...challenges };
  }
}

/** Counters of challenges run through a boot epoch of their initiator. */
interface ChallengeId {
  readonly epoch: number;
  readonly number: number;
}

const isOf = (slot: Slot, transaction: TransactionId): boolean =>
  transactionText(slot.transaction) === transactionText(transaction);

const challengeKey = (slot: Slot): string => `challenge/${transactionText(slot.transaction)}`;
const confirmsKey = (slot: Slot): string => `${challengeKey(slot)}/confirms`;
