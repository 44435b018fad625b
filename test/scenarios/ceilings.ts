import { expect } from 'vitest';
import { equalBytes } from '../../protocol/bytes.ts';
import { CENTER, shortDevId } from '../../protocol/identity.ts';
import { maximumBytes, type SizeCase } from '../../protocol/sizes.ts';
import { CENTER_NAME } from '../../simulations/world.ts';
import { type Overheard, overheardIn } from './frames.ts';
import { type Network, READING } from './network.ts';

/** Behind the header of J1. */
const DEV_ID = { from: 6, to: 14 } as const;

/** Which storage keys play a part in a message of the main job, as its sender and taker have them. */
class Parties {
  readonly #network: Network;
  readonly #joiners = new Map<number, string>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** A joiner has no address yet, but says who it is in J1. */
  note({ name, src, payload }: Overheard): void {
    if (name !== 'J1') return;
    const { world } = this.#network;
    const said = payload.slice(DEV_ID.from, DEV_ID.to);
    const joiner = world.nodeNames.find((node) =>
      equalBytes(shortDevId(world.label(node).devId), said),
    );
    this.#joiners.set(src, joiner as string);
  }

  keysOf({ name, src, dst }: Overheard): SizeCase {
    switch (name) {
      case 'J3':
        return { storageKey: this.#of(src) };
      case 'J4':
        return { storageKey: this.#of(CENTER), recipient: this.#of(dst) };
      case 'K1':
      case 'K2.direct':
      case 'ticket':
        return { storageKey: this.#of(dst) };
      case 'K2.indirect':
        return { storageKey: this.#ofPeer(dst) };
      default:
        return { storageKey: 'p256' };
    }
  }

  #of(address: number): SizeCase['storageKey'] {
    const name = this.#joiners.get(address) ?? this.#network.nameOf(address);
    return this.#network.world.role(address === CENTER ? CENTER_NAME : name).suite;
  }

  /** Each node asks for a key with the next. */
  #ofPeer(requester: number): SizeCase['storageKey'] {
    const { world } = this.#network;
    const at = world.nodeNames.indexOf(this.#network.nameOf(requester));
    return world.role(world.nodeNames[(at + 1) % world.nodeNames.length] as string).suite;
  }
}

/** Expects every message of a main job to be one, and no longer than the table lets it be. */
export const expectWithinCeilings = (network: Network): void => {
  const parties = new Parties(network);
  for (const message of overheardIn(network.transmissions)) {
    const { name, payload } = message;
    expect(name).not.toBeNull();
    if (name === null) continue;
    parties.note(message);
    const entries = name === 'roster.page' ? network.world.nodeNames.length : 1;
    const items = name === 'data' ? READING.length : entries;
    const most = maximumBytes(name, { ...parties.keysOf(message), items });
    expect(payload.length, name).toBeLessThanOrEqual(most);
  }
};
