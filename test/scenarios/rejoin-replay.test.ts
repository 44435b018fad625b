import { describe, expect, test } from 'vitest';
import { Attacker } from './attacker.ts';
import { losing } from './frames.ts';
import { inNetwork } from './network.ts';
import { first, rejoined, restart, said } from './rejoining.ts';

describe('what was said at a rejoin', () => {
  test('is refused by name when it comes again', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      await network.join('N1');
      await restart(network, 'CE');
      await network.settle(30_000);
      const [call, r1, r2] = [first(network, 'R0.all'), first(network, 'R1'), first(network, 'R2')];
      await restart(network, 'N1');
      await network.settle(60_000);
      await restart(network, 'CE');
      await network.settle(400_000);
      const attacker = new Attacker(network);
      const [since, state, uses] = [
        network.sightings.length,
        network.state(),
        network.tpmUses.length,
      ];
      for (const message of [call, r1, r2]) await attacker.tellAndWait(message);
      expect(network.refusals(since).toSorted()).toEqual([
        'CE R0.all not-for-this-role',
        'CE R1 replay',
        'N1 R0.all stale-epoch',
        'N1 R2 unknown-source',
      ]);
      expect([network.state(), network.tpmUses.length]).toEqual([state, uses]);
    }));

  test('to a single node is refused by name when it comes again', () =>
    inNetwork({ nodes: 1, lose: losing(['R0.all'], 20_000) }, async (network) => {
      await network.join('N1');
      await restart(network, 'CE');
      await network.settle(30_000);
      await restart(network, 'N1');
      await network.settle(30_000);
      const since = network.sightings.length;
      await new Attacker(network).tellAndWait(first(network, 'R0'));
      expect(network.refusals(since)).toEqual(['N1 R0 stale-epoch']);
    }));

  test('to all and altered is refused for its signature', () =>
    inNetwork({ nodes: 1, lose: losing(['R0.all'], 3_000) }, async (network) => {
      await network.join('N1');
      await restart(network, 'CE');
      await network.settle(2_000);
      await network.world.powerOff('CE');
      await network.settle(2_000);
      const call = first(network, 'R0.all');
      const kept = () => network.world.store('N1').entries('');
      const [since, before] = [network.transmissions.length, kept()];
      // A later epoch, a longer wait, another signature.
      const attacker = new Attacker(network);
      for (const at of [7, 9, 40]) {
        const payload = call.payload.slice();
        payload[at] = (payload[at] as number) ^ 1;
        await attacker.tellAndWait({ ...call, payload });
      }
      expect(network.refusals()).toEqual(Array(3).fill('N1 R0.all forged'));
      expect(kept()).toEqual(before);
      expect(said(network, since)).not.toContain('R1');
      await attacker.tellAndWait(call);
      expect(said(network, since)).toContain('R1');
    }));

  test('to a node that asks again is no answer', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const { world } = network;
      await network.join('N1');
      await restart(network, 'N1');
      await network.settle(30_000);
      const r2 = first(network, 'R2');
      await world.powerOff('CE');
      await restart(network, 'N1');
      await network.settle(3_000);
      // Some meet what the node itself says.
      const attacker = new Attacker(network);
      for (let at = 0; at < 5; at += 1) await attacker.tellAndWait(r2, 1_700);
      expect(network.refusals()).toContain('N1 R2 tag');
      expect(rejoined(network)).toHaveLength(1);
    }));

  test('by a center of an epoch that is over is refused, whoever answers', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const { world } = network;
      await network.join('N1');
      await world.powerOff('N1');
      await world.store('N1').write({ centerEpoch: 9 });
      world.switchOn('N1');
      await network.settle(20_000);
      expect(network.refusals()).toContain('N1 R2 stale-epoch');
      expect(rejoined(network)).toEqual([]);
    }));

  test('to a member that has rejoined since does nothing: the same R1 has the same answer', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      await network.join('N1');
      await restart(network, 'N1');
      await network.settle(30_000);
      const [since, state] = [network.sightings.length, network.state()];
      await new Attacker(network).tellAndWait(first(network, 'R1'));
      expect(network.refusals(since)).toEqual(['CE R1 repeated', 'N1 R2 repeated']);
      expect(network.state()).toBe(state);
    }));
});
