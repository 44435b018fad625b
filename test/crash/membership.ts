import type { MemberRecord } from '../../actors/center/records.ts';
import { decodeValue } from '../../actors/store/codec.ts';
import type { Sighting } from '../../actors/tap.ts';
import { toHex } from '../../protocol/bytes.ts';
import { CENTER_NAME, type StoreDisk } from '../../simulations/world.ts';

/** Who became a member, by what the center's disk and the devices say. */
export class Membership {
  readonly faults: string[] = [];
  /** Members that were written down, so that who looks knows that somebody looked. */
  seen = 0;
  readonly #addresses = new Map<string, number>();
  readonly #masterKeys = new Map<string, string>();

  /** What reaches the center's disk. */
  readonly wrapDisk = (disk: StoreDisk, device: string): StoreDisk => ({
    contents: () => disk.contents(),
    commit: (changes) => {
      if (device === CENTER_NAME)
        for (const [key, bytes] of changes) if (key.startsWith('member/')) this.#keep(key, bytes);
      return disk.commit(changes);
    },
    close: () => disk.close(),
  });

  watch({ device, kind, type, what }: Sighting): void {
    if (kind !== 'news' || (type !== 'node.joined' && type !== 'node.rejoined')) return;
    const { address } = what as { address: number };
    const before = this.#addresses.get(device) ?? address;
    if (before !== address) this.faults.push(`${device} has the addresses ${before}, ${address}`);
    this.#addresses.set(device, address);
  }

  /** The access key of a label serves once: what came of it stays. */
  #keep(key: string, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) {
      this.faults.push(`${key} was forgotten`);
      return;
    }
    this.seen += 1;
    const { masterKey } = decodeValue(key, bytes) as MemberRecord;
    const text = toHex(masterKey.public);
    const before = this.#masterKeys.get(key) ?? text;
    if (before !== text) this.faults.push(`the access key of ${key} served twice`);
    this.#masterKeys.set(key, text);
  }
}
