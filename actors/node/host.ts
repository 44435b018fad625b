import type { BootReport } from '../../drivers/tpm/interface.ts';
import { toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { decodeMembership, devIdOf, type Membership } from '../../protocol/identity.ts';
import type { BodyOf, ClearOf, MessageName } from '../../protocol/messages.ts';
import {
  type KnownDevice,
  type Objection,
  objectionTo,
  type Roster,
} from '../../protocol/roster.ts';
import { type StorageKey, storageKeyName } from '../../protocol/tpm/storage-key.ts';
import type { Association, Bond } from '../association.ts';
import type { Sealed, Station } from '../station.ts';
import { PRIORITY } from '../tpm.ts';
import { HeldRoster } from './held-roster.ts';
import { Inquiries } from './inquiries.ts';
import type { NodeLimits } from './limits.ts';
import type { HostEvent } from './news.ts';
import { Sessions } from './sessions.ts';
import { Wear } from './wear.ts';

/** The CE as its members see it. */
export interface Member {
  readonly membership: Membership;
  /** MK in any epochs: what a rejoin is sealed under. */
  readonly bond: Bond;
}

/** Below this epoch of the Central Entity nothing is taken; lost with the store, it does no harm. */
const FLOOR_KEY = 'centerEpoch';

const REJOIN_ROOT = { id: 'rejoin', ref: 'masterKey' } as const;
const ROSTER_PATIENCE_MS = 60_000;
const ROSTER_POLL_MS = 200;
/** The list may change again and again while it is asked about a peer. */
const INQUIRIES = 3;

/** What a node's protocol hosts share: who it is, whom it belongs to, its sessions. */
export class NodeHost {
  readonly station: Station;
  readonly storageKey: StorageKey;
  /** 12 bytes, as on the label. */
  readonly devId: Uint8Array;
  readonly sessions: Sessions;
  readonly wear: Wear;
  readonly inquiries: Inquiries;
  /** DevIDs of those whom its readings are for. */
  readonly readers: ReadonlySet<string>;
  readonly #wanted: (device: KnownDevice) => boolean;
  #held: HeldRoster;
  readonly #limits: NodeLimits;
  #heardMs = 0;
  #member: Member | null = null;
  #association: Association | null = null;
  /** To the root. */
  readonly tell: (event: HostEvent) => void;
  #transactions = 0;
  #heardVersion = 0;
  /** That of the TPM. */
  #floor: number;

  constructor(
    station: Station,
    report: BootReport,
    options: {
      readonly limits: NodeLimits;
      readonly tell: (event: HostEvent) => void;
      readonly readers: readonly string[];
    },
  ) {
    const { limits, tell, readers } = options;
    this.station = station;
    this.#limits = limits;
    this.tell = tell;
    this.storageKey = report.storageKey;
    this.devId = devIdOf(storageKeyName(report.storageKey));
    this.sessions = new Sessions(station.store, (rootId) => station.keys.forget(rootId));
    this.wear = new Wear(this.sessions, station.clock, limits);
    this.inquiries = new Inquiries(station.clock, (who) => tell({ type: 'peer.sought', who }));
    this.readers = new Set(readers);
    this.#wanted = ({ address, devId }) =>
      address === this.#member?.membership.address || this.readers.has(toHex(devId));
    this.#floor = report.rosterFloor;
    this.#held = this.#restoredRoster();
  }

  #restoredRoster(): HeldRoster {
    return new HeldRoster(this.station.store, this.sessions, this.#wanted);
  }

  get member(): Member {
    if (this.#member === null)
      throw new TiesError(
        'NODE_NOT_JOINED',
        'This node is not a member yet; wait until it joined.',
      );
    return this.#member;
  }

  get isMember(): boolean {
    return this.#member !== null;
  }

  get address(): number {
    return this.member.membership.address;
  }

  /** From the join record: whom this node belongs to. The epochs come of the join or a rejoin. */
  becomeMember(record: Uint8Array): void {
    const membership = decodeMembership(record);
    const { netId, address: node } = membership;
    this.#member = { membership, bond: { root: REJOIN_ROOT, netId, node } };
    // Of a network that it was in before nothing is left.
    this.#held = this.#restoredRoster();
    this.hearVersion(Math.max(1, membership.rosterVersion));
    this.station.outlets.listenAs([node]);
  }

  /** Traffic keys under MK hang on the epochs of both. The same epochs keep keys and windows. */
  async agreeOn(centerEpoch: number): Promise<void> {
    this.hearCenter();
    if (this.#association?.centerEpoch === centerEpoch) return;
    await this.station.store.write({ [FLOOR_KEY]: centerEpoch });
    const nodeEpoch = this.station.epoch;
    if (this.#association !== null) this.station.keys.forget(this.#association.root.id);
    const root = { id: `master ${nodeEpoch}.${centerEpoch}`, ref: 'masterKey' } as const;
    this.#association = { ...this.member.bond, root, nodeEpoch, centerEpoch };
  }

  /** What control keys are derived for; throws `NODE_NOT_REJOINED` before the epochs are agreed on. */
  get association(): Association {
    if (this.#association === null)
      throw new TiesError(
        'NODE_NOT_REJOINED',
        'The Central Entity has not answered since this node was switched on. Wait until it does; see that it is on and in reach.',
      );
    return this.#association;
  }

  /** The Central Entity has answered: only that shows that it was it, and now. */
  hearCenter(): void {
    this.#heardMs = this.station.clock.now();
  }

  /** After half of what makes it fall silent itself it asks. */
  get missesCenterInMs(): number {
    return Math.max(0, this.#limits.silenceMs / 2 - this.#unheardMs);
  }

  get centerIsSilent(): boolean {
    return this.#unheardMs >= this.#limits.silenceMs;
  }

  get #unheardMs(): number {
    return this.station.clock.now() - this.#heardMs;
  }

  /** Before that a node cannot tell what is new from what is old. */
  get hasRejoined(): boolean {
    return this.#association !== null;
  }

  /** Highest epoch of the Central Entity that this node has agreed on, ever as far as it knows. */
  get centerEpochFloor(): number {
    return this.station.store.get<number>(FLOOR_KEY) ?? 0;
  }

  /** n of the next transaction: it rises through the whole process. */
  nextTransaction(): number {
    this.#transactions += 1;
    return this.#transactions;
  }

  /** What this node holds of the list. */
  get held(): HeldRoster {
    return this.#held;
  }

  get roster(): Roster {
    return this.#held.roster;
  }

  /** A list older than this version is told by the TPM to be so, whatever the store holds. */
  async raiseRosterFloor(version: number): Promise<void> {
    if (version <= this.#floor) return;
    const priority = PRIORITY.background;
    await this.station.outlets.perform('raiseRosterFloor', { version }, { priority });
    this.#floor = version;
  }

  /** An authenticated message named a version of the roster. */
  hearVersion(version: number): void {
    this.#heardVersion = Math.max(this.#heardVersion, version);
  }

  /** The highest version that the CE has been heard to speak of. */
  get heardVersion(): number {
    return this.#heardVersion;
  }

  /**
   * Who knows of a newer list than he holds talks to no peer until he has it: a revocation may be
   * in it. Throws `ROSTER_BEHIND` if it does not come within a minute, and `CENTER_SILENT` where
   * one may have been kept from this node for long.
   */
  async rosterIsCurrent(signal: AbortSignal): Promise<void> {
    const { clock } = this.station;
    if (this.centerIsSilent)
      throw new TiesError(
        'CENTER_SILENT',
        'The Central Entity has not answered for too long: a device may have been revoked meanwhile. See that it is on and in reach.',
      );
    for (const untilMs = clock.now() + ROSTER_PATIENCE_MS; this.#isBehind; ) {
      if (clock.now() >= untilMs || signal.aborted)
        throw new TiesError(
          'ROSTER_BEHIND',
          'The Central Entity has a newer list of authorized devices; wait until this node has it.',
        );
      await this.station.pause(ROSTER_POLL_MS);
    }
  }

  get #isBehind(): boolean {
    return this.roster.version < this.#heardVersion;
  }

  /** Throws `PEER_UNAUTHORIZED`: the list may have changed while the TPM was at work. */
  requireAuthorized(peer: number): void {
    const objection = this.objectionTo(peer);
    if (objection !== null) throw unauthorized(peer, objection);
  }

  /**
   * A peer of which this node's part of the list says nothing is asked about. Throws
   * `PEER_UNAUTHORIZED`, and `PEER_UNVOUCHED` where the Central Entity does not answer.
   */
  async requireVouched(peer: number): Promise<void> {
    for (let left = INQUIRIES; this.objectionTo(peer) === 'unknown' && left > 0; left -= 1) {
      const reason = await this.inquiries.ask(peer);
      if (reason === 'unknown' || reason === 'revoked') throw unauthorized(peer, reason);
      if (reason !== null) throw unvouched(peer);
    }
    this.requireAuthorized(peer);
  }

  /** Before anything is begun with a peer; throws what `rosterIsCurrent` and `requireVouched` do. */
  async mayBegin(peer: number, signal: AbortSignal): Promise<void> {
    await this.rosterIsCurrent(signal);
    await this.requireVouched(peer);
  }

  /** What this node's part of the list says against sharing a key with `peer`. */
  objectionTo(peer: number): Objection | null {
    return objectionTo(this.roster, peer);
  }

  get centerKey(): StorageKey {
    const { centerSuite, centerKey } = this.member.membership;
    return { suite: centerSuite, unique: centerKey };
  }

  /** To the Central Entity, under MK. */
  sealToCenter<N extends MessageName>(
    name: N,
    clear: ClearOf<N>,
    body: BodyOf<N>,
  ): Promise<Sealed> {
    return this.station.sealControl(this.association, 'node', { name, clear, body });
  }
}

const unauthorized = (peer: number, objection: Objection): TiesError =>
  new TiesError(
    'PEER_UNAUTHORIZED',
    `The list of authorized devices says of ${peer}: ${objection}. Nothing is kept for it.`,
  );

export const unvouched = (peer: number | string): TiesError =>
  new TiesError(
    'PEER_UNVOUCHED',
    `The Central Entity has not said whether device ${peer} is authorized. See that it is on and in reach; it is asked again.`,
  );
