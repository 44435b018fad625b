import { describe, expect, test } from 'vitest';
import { overheardIn } from './frames.ts';
import { inNetwork, type Network } from './network.ts';

/** What is said from a point on, by name. */
const said = (network: Network, since: number) =>
  overheardIn(network.transmissions.slice(since)).map(({ name }) => name);

const restart = async (network: Network, name: string): Promise<void> => {
  await network.world.powerOff(name);
  network.world.switchOn(name);
};

describe('a node that restarts', () => {
  test('is a member again, and its sessions live on without a new key', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      const since = network.transmissions.length;
      await restart(network, 'N1');
      await network.settle(30_000);
      expect(network.news('node.rejoined').map(({ device }) => device)).toEqual(['N1']);
      expect(said(network, since)).toEqual(['R1', 'R2', 'C1', 'C2', 'data']);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
      await network.session('N2', 'N1');
      expect(network.failures()).toEqual([]);
    }));
});

describe('a center that restarts', () => {
  test('calls its members, who agree with it on new epochs', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      const since = network.transmissions.length;
      await restart(network, 'CE');
      await network.settle(60_000);
      expect(said(network, since)).toEqual(['R0', 'R1', 'R2', 'R0', 'R1', 'R2']);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
      await network.session('N2', 'N1');
      expect(network.failures()).toEqual([]);
    }));
});
