import type { WorldOptions } from '../../simulations/world.ts';
import { Attacker } from '../scenarios/attacker.ts';
import type { Network } from '../scenarios/network.ts';

/** A run worth keeping. */
export interface Scene {
  readonly options: WorldOptions;
  run(network: Network): Promise<unknown>;
}

const OFF_MS = 4_000;
const LIST_REPEATED_MS = 20_000;

/** Both at once, and each with the other's key. */
const meet = async (network: Network): Promise<void> => {
  await network.join('N1', 'N2');
  await network.session('N1', 'N2');
};

const restart = async ({ world }: Network, name: string): Promise<void> => {
  await world.powerOff(name);
  await world.clock.advance(OFF_MS);
  world.switchOn(name);
};

export const SCENES: Readonly<Record<string, Scene>> = {
  direct: { options: { nodes: 2 }, run: (network) => network.mainJob('direct') },
  indirect: { options: { nodes: 2, seed: 2 }, run: (network) => network.mainJob('indirect') },
  loss: {
    options: { nodes: 2, seed: 3, loss: 0.3 },
    run: (network) => network.mainJob('direct'),
  },
  /** All that was said is said again, and then with a bit flipped, from an attacker's radio. */
  attacks: {
    options: { nodes: 2, seed: 4 },
    run: async (network) => {
      const attacker = new Attacker(network);
      await meet(network);
      await network.settle(LIST_REPEATED_MS);
      const heard = [...attacker.heard];
      for (const message of heard) await attacker.sayAndWait(message.frames, 2_000);
      for (const message of heard) {
        const payload = Uint8Array.from(message.payload);
        payload[payload.length - 1] = (payload[payload.length - 1] as number) ^ 1;
        await attacker.tellAndWait({ ...message, payload }, 2_000);
      }
    },
  },
  /** A node, and then the center, loses its power; they rejoin, and speak with the keys they kept. */
  restarts: {
    options: { nodes: 2, seed: 5 },
    run: async (network) => {
      await meet(network);
      await restart(network, 'N1');
      await network.settle();
      await network.readings(['N1', 'N2']);
      await restart(network, 'CE');
      await network.settle();
      await network.session('N2', 'N1', 'indirect');
    },
  },
  /** A sensor whose readings go to the center and a node, of which the one is away for a while. */
  sensor: {
    options: { nodes: 2, seed: 6, sensors: { N1: { peers: ['CE', 'N2'], intervalS: 20 } } },
    run: async (network) => {
      await network.join('N1', 'N2');
      await network.settle();
      await network.world.powerOff('N2');
      await network.settle();
      network.world.switchOn('N2');
      await network.settle();
    },
  },
};

export const fileOf = (name: string): URL => new URL(`${name}.journal.gz`, import.meta.url);
