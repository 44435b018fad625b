import type { BootReport } from '../../drivers/tpm/interface.ts';
import type { Published } from '../../machines/roster/publisher.ts';
import { concat, sha256 } from '../../protocol/bytes.ts';
import { BROADCAST } from '../../protocol/identity.ts';
import type { BodyOf, ClearOf, MessageName } from '../../protocol/messages.ts';
import { encodeOpen } from '../../protocol/packet.ts';
import type { Objection, RosterEntry } from '../../protocol/roster.ts';
import { type StorageKey, storageKeyName } from '../../protocol/tpm/storage-key.ts';
import type { Association } from '../association.ts';
import type { Sealed, Station } from '../station.ts';
import { PRIORITY } from '../tpm.ts';
import { CenterRecords, entryFor, type Offer } from './records.ts';

/** What the Central Entity's protocol hosts share. */
export class CenterHost {
  readonly station: Station;
  readonly records: CenterRecords;
  readonly storageKey: StorageKey;
  /** Name(RK_CE), 34 bytes. */
  readonly name: Uint8Array;
  readonly rosterKey: Uint8Array;
  /** Labels are taken only while it is open. */
  joinWindowOpen = false;

  constructor(station: Station, report: BootReport & { rosterKey: Uint8Array }) {
    this.station = station;
    this.records = new CenterRecords(station.store);
    this.storageKey = report.storageKey;
    this.name = storageKeyName(report.storageKey);
    this.rosterKey = report.rosterKey;
  }

  get net(): number {
    return this.records.network.netId[0] as number;
  }

  get roster(): Published {
    return this.records.roster;
  }

  /** What the list does not say yet as it is. */
  get unpublished(): readonly RosterEntry[] {
    return this.records.members
      .map(({ address }) => this.unpublishedOf(address))
      .filter((entry) => entry !== null);
  }

  /** The same of one member. */
  unpublishedOf(address: number): RosterEntry | null {
    const member = this.records.member(address);
    if (member === undefined) return null;
    const entry = entryFor(member);
    return this.records.listed(address)?.state === entry.state ? null : entry;
  }

  /**
   * What speaks against `address` (paper, Figure 5: the CE's check). The list follows what is
   * written down of a member, and may be a minute behind with who has joined.
   */
  objectionTo(address: number): Objection | null {
    const member = this.records.member(address);
    if (member === undefined) return 'unknown';
    return member.standing === 'active' ? null : 'revoked';
  }

  /** Whether it has joined and is still wanted, listed or not yet. */
  isMember(address: number): boolean {
    return this.records.member(address)?.standing === 'active';
  }

  /**
   * A member's association, or null: nobody joined under this address, or it has not rejoined
   * since this process began. What was said before is not taken, nor is anything said under it.
   */
  associationOf(address: number): Association | null {
    const member = this.records.member(address);
    return member === undefined || this.isStale(member)
      ? null
      : this.records.association(address, member);
  }

  /** Of an epoch of the Central Entity before this one. */
  isStale({ centerEpoch }: Pick<Offer, 'centerEpoch'>): boolean {
    return centerEpoch !== this.station.epoch;
  }

  /** Active members of whom this process has not heard. */
  get unheard(): readonly number[] {
    return this.records.members
      .filter((member) => member.standing === 'active' && this.isStale(member))
      .map(({ address }) => address);
  }

  /** What the list's key signs: the message, as it travels to all who listen. */
  async sign<N extends 'roster.delta' | 'roster.page' | 'R0.all'>(
    name: N,
    body: Uint8Array,
    preimage: Uint8Array,
  ): Promise<Uint8Array> {
    const { outlets } = this.station;
    const priority = PRIORITY.background;
    const signature = await outlets.perform('sign', { digest: sha256(preimage) }, { priority });
    const header = { name, kid: 0, counter: this.station.nextCounter(BROADCAST) };
    return concat(encodeOpen(header, {}), body, signature);
  }

  sealTo<N extends MessageName>(
    association: Association,
    content: { name: N; clear: ClearOf<N>; body: BodyOf<N>; bound?: Uint8Array },
  ): Promise<Sealed> {
    return this.station.sealControl(association, 'center', content);
  }

  /** The TPM's floor follows the store before anything of it is sent. */
  async raiseFloor(generation: number): Promise<void> {
    const priority = PRIORITY.reply;
    await this.station.outlets.perform('raiseRosterFloor', { version: generation }, { priority });
  }
}
