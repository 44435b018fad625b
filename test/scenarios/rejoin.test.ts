import { describe, expect, test } from 'vitest';
import { Attacker } from './attacker.ts';
import { losing, overheardIn } from './frames.ts';
import { inNetwork, type Network } from './network.ts';
import { first, rejoined, restart, said } from './rejoining.ts';
import { refusing } from './spoiled-tpm.ts';

const emptied = async ({ world }: Network, name: string): Promise<void> => {
  const keys = world
    .store(name)
    .entries('')
    .map(([key]) => key);
  await world.store(name).write(Object.fromEntries(keys.map((key) => [key, undefined])));
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

  test('rejoins with an empty store, and asks for the whole list', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      await network.world.powerOff('N1');
      await emptied(network, 'N1');
      network.world.switchOn('N1');
      await network.settle(60_000);
      expect([rejoined(network), network.isCurrent('N1')]).toEqual([['N1'], true]);
      await network.session('N1', 'N2');
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    }));

  test('takes no key and no challenge before the center has answered it', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      await network.session('N1', 'N2', 'indirect');
      const [ticket, delivery] = [first(network, 'ticket'), first(network, 'C1')];
      await world.powerOff('CE');
      await restart(network, 'N2');
      await network.settle(10_000);
      world.node('N1').actor.send({ type: 'session.confirm', peer: world.address('N2') });
      await network.settle(5_000);
      const attacker = new Attacker(network);
      await attacker.tellAndWait(ticket);
      await attacker.tellAndWait({ ...ticket, src: 1 });
      await attacker.tellAndWait(delivery);
      const refused = network.refusals().filter((refusal) => refusal.endsWith('rejoining'));
      expect(new Set(refused)).toEqual(new Set(['N2 C1 rejoining', 'N2 ticket rejoining']));
      world.node('N2').actor.send({ type: 'session.request', peer: 2, mode: 'direct' });
      expect(network.news('command.refused')).toHaveLength(1);
      world.switchOn('CE');
      await network.settle(600_000);
      expect(rejoined(network)).toEqual(['N2']);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    }));

  test('whose access key is still there erases it, and decides for its offer by its R1', () =>
    inNetwork(
      {
        nodes: 1,
        wrapTpm: refusing({ device: 'N1', operation: 'removeAccessKey', nth: 0 }),
      },
      async (network) => {
        const { world } = network;
        world.switchOn('N1');
        await network.settle(60_000);
        expect(world.store('CE').entries('member/')).toEqual([]);
        await restart(network, 'N1');
        await network.settle(60_000);
        expect([rejoined(network), network.isCurrent('N1')]).toEqual([['N1'], true]);
        expect(overheardIn(network.transmissions).map(({ name }) => name)).not.toContain('J5');
        const { hasAccessKey } = await world.tpm('N1').perform('boot', {});
        expect(hasAccessKey).toBe(false);
      },
    ));

  test('in the same epochs keeps its keys and windows', () =>
    inNetwork({ nodes: 1, limits: { silenceMs: 800_000 } }, async (network) => {
      await network.join('N1');
      for (let at = 0; at < 2; at += 1) {
        network.request('N1', 99);
        await network.settle();
      }
      const used = network.tpmUses.length;
      await network.settle(500_000);
      expect(said(network, 0).filter((name) => name === 'R2').length).toBeGreaterThan(0);
      // The rejoin key of either side, and nothing under the epochs, which are as they were.
      const derived = network.tpmUses.slice(used).map(({ device }) => device);
      expect(derived.toSorted()).toEqual(['CE', 'N1']);
      await new Attacker(network).tellAndWait(first(network, 'peer.query'));
      expect(network.refusals()).toContain('CE peer.query replay');
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
      expect(said(network, since).toSorted()).toEqual(['R0.all', 'R1', 'R1', 'R2', 'R2']);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
      await network.session('N2', 'N1');
      expect(network.failures()).toEqual([]);
    }));

  test('takes nothing of an epoch before, and calls who says it, at most once a minute', () =>
    inNetwork({ nodes: 1, lose: losing(['R0', 'R0.all'], 90_000) }, async (network) => {
      await network.join('N1');
      await restart(network, 'CE');
      await network.settle(20_000);
      const since = network.transmissions.length;
      for (let at = 0; at < 5; at += 1) {
        network.request('N1', 99);
        await network.settle(6_000);
      }
      expect(
        network.refusals().filter((refusal) => refusal.endsWith('stale-epoch')).length,
      ).toBeGreaterThan(3);
      const calls = overheardIn(network.transmissions.slice(since)).filter(
        ({ name }) => name === 'R0',
      );
      expect(new Set(calls.map(({ payload }) => Buffer.from(payload).toString('hex'))).size).toBe(
        1,
      );
    }));

  test('amid a join after J4 answers the J5 of before with R0, and nobody gets a second address', () =>
    inNetwork({ nodes: 1, lose: losing(['J5'], 8_000) }, async (network) => {
      const { world } = network;
      world.switchOn('N1');
      await world.until(
        () => overheardIn(network.transmissions).some(({ name }) => name === 'J5'),
        60_000,
        'N1 says J5',
      );
      await restart(network, 'CE');
      await network.settle(60_000);
      expect(said(network, 0).slice(-3)).toContain('roster.delta');
      expect(network.news('node.joined')).toMatchObject([{ address: 2 }]);
      expect(world.store('CE').entries('member/')).toHaveLength(1);
      expect(network.isCurrent('N1')).toBe(true);
    }));
});
