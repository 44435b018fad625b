import type { Signed } from '../../machines/roster/signed.ts';
import { equalBytes, toHex } from '../../protocol/bytes.ts';
import {
  applyDelta,
  EMPTY_ROSTER,
  isActive,
  type KnownDevice,
  type Roster,
  type RosterHead,
  turnTo,
  withRoomFor,
  withVouched,
} from '../../protocol/roster.ts';
import type { Store } from '../store.ts';
import type { Sessions } from './sessions.ts';

/** Devices that are nothing to this node are known as long as there are no more of them. */
export const STRANGERS = 64;
/** So many more before the oldest go, so that not each change of the list looks for them. */
const SLACK = 64;

const KEY = 'roster';

interface Kept extends Roster {
  /** The last version that took an authorization away, as far as this node knows. */
  readonly floor: number;
}

/** What this node holds of the list of authorized devices, and what its keys have to do with it. */
export class HeldRoster {
  readonly #store: Store;
  readonly #sessions: Sessions;
  readonly #wanted: (device: KnownDevice) => boolean;
  #roster: Roster;
  #floor: number;
  #kept: number;
  /** Whose keys are to go with the next write. */
  readonly #dismissed = new Set<number>();

  /** `wanted`: of whom this node is to know whether it shares keys with them or not. */
  constructor(store: Store, sessions: Sessions, wanted: (device: KnownDevice) => boolean) {
    this.#store = store;
    this.#sessions = sessions;
    this.#wanted = wanted;
    const { floor, ...roster } = store.get<Kept>(KEY) ?? { ...EMPTY_ROSTER, floor: 0 };
    this.#roster = roster;
    this.#floor = floor;
    this.#kept = roster.version;
  }

  get roster(): Roster {
    return this.#roster;
  }

  get floor(): number {
    return this.#floor;
  }

  /** The version that is written down, with all that follows from it. */
  get kept(): number {
    return this.#kept;
  }

  find(devId: string): KnownDevice | undefined {
    const named = this.#roster.entries.filter((entry) => toHex(entry.devId) === devId);
    return named.find(isActive) ?? named[0];
  }

  /** A verified change or page, with what the list has come to by it. */
  adopt(
    { type, body }: Signed<'roster.delta'> | Signed<'roster.page'>,
    { roster, floor }: { readonly roster: RosterHead; readonly floor: number },
  ): void {
    const before = this.#roster;
    const said = new Map(body.entries.map((entry) => [entry.address, entry]));
    for (const entry of body.entries) if (!isActive(entry)) this.#dismissed.add(entry.address);
    for (const { address, devId } of before.entries) {
      const entry = said.get(address);
      if (entry !== undefined && !equalBytes(devId, entry.devId)) this.#dismissed.add(address);
    }
    this.#roster =
      type === 'roster.pageReceived' ? turnTo(body) : applyDelta(before, body.entries, roster.hash);
    this.#floor = floor;
    if (this.#roster.entries.length > STRANGERS + SLACK) this.#makeRoom();
    // They are gone from now on; written again with the list, should this write fail.
    if (this.#dismissed.size > 0) this.#sessions.drop([...this.#dismissed]).catch(() => undefined);
  }

  /** By the word of the Central Entity under MK, as of a version. */
  async vouch(device: Omit<KnownDevice, 'state'>, version: number): Promise<void> {
    // What was said of an earlier version may have changed.
    if (version < this.#roster.version) return;
    this.#roster = withVouched(this.#roster, device);
    await this.#store.write({ [KEY]: this.#record });
  }

  /** Write the list down, and in the same write the keys of who is off it go. */
  async keep(): Promise<void> {
    const dismissed = [...this.#dismissed];
    const { version } = this.#roster;
    await this.#sessions.drop(dismissed, { [KEY]: this.#record });
    for (const address of dismissed) this.#dismissed.delete(address);
    this.#kept = version;
  }

  get #record(): Kept {
    return { ...this.#roster, floor: this.#floor };
  }

  #makeRoom(): void {
    const pinned = this.#store.entries('peer/').map(([key]) => Number(key.slice('peer/'.length)));
    const peers = new Set([...this.#sessions.peers, ...pinned]);
    this.#roster = withRoomFor(
      STRANGERS,
      this.#roster,
      (device) => peers.has(device.address) || this.#wanted(device),
    );
  }
}
