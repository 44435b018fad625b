import { describe, expect, test } from 'vitest';
import { Attacker } from './attacker.ts';
import { type Overheard, overheardIn } from './frames.ts';
import { inNetwork, type Network } from './network.ts';
import { said } from './rejoining.ts';

describe('a node that hears nothing of its center', () => {
  const SILENCE_MS = 800_000;

  /** Whether a reading gets through; the air is full of what everybody asks the center. */
  const canRead = async (network: Network): Promise<boolean> => {
    for (let tries = 0; tries < 4; tries += 1)
      if ((await network.readings(['N1', 'N2'])).length > 0) return true;
    return false;
  };

  test('asks after half the time, and talks to no peer after the whole, until it is back', () =>
    inNetwork({ nodes: 2, limits: { silenceMs: SILENCE_MS } }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      await world.powerOff('CE');
      const since = network.transmissions.length;
      await network.settle(0.3 * SILENCE_MS);
      expect(said(network, since)).toEqual([]);
      // It cannot be missed yet, so nobody is woken to look.
      expect(network.sightings.filter(({ type }) => type === 'center.watch')).toEqual([]);
      expect(await canRead(network)).toBe(true);
      await network.settle(0.3 * SILENCE_MS);
      expect(said(network, since)).toContain('R1');
      expect(await canRead(network)).toBe(true);
      await network.settle(0.5 * SILENCE_MS);
      const last = network.sightings.length;
      expect(await canRead(network)).toBe(false);
      expect(network.failures(last).join()).toMatch(/N1 reading.3.\d+: CENTER_SILENT/);
      world.switchOn('CE');
      await network.settle(400_000);
      expect(await canRead(network)).toBe(true);
    }));

  test('takes nothing of a peer either', () =>
    inNetwork({ nodes: 2, limits: { silenceMs: SILENCE_MS } }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      await network.readings(['N1', 'N2']);
      await world.powerOff('CE');
      await network.settle(1.2 * SILENCE_MS);
      const data = overheardIn(network.transmissions).findLast(({ name }) => name === 'data');
      const attacker = new Attacker(network);
      for (let at = 0; at < 5; at += 1) await attacker.tellAndWait(data as Overheard, 1_700);
      expect(network.refusals()).toContain('N2 data center-silent');
    }));
});
