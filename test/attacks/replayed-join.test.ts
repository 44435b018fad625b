import { describe, expect, test } from 'vitest';
import type { MessageName } from '../../protocol/messages.ts';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork } from '../scenarios/network.ts';
import { joined } from './joined.ts';
import { accessKeyOf, PaperCenter, PaperNode } from './paper.ts';
import { Withholding } from './withholding.ts';

describe('as the paper writes it', () => {
  const admitted = () => {
    const center = new PaperCenter({});
    center.admit(2, accessKeyOf(2));
    return { center, said: new PaperNode(2, accessKeyOf(2), {}).presentKey() };
  };

  test('a replayed join is a join: the CE works for 44.7 s each time', () => {
    const { center, said } = admitted();
    for (let at = 0; at < 5; at += 1) expect(center.join(2, said)).not.toBeNull();
    expect(center.work).toEqual(Array(5).fill('join'));
  });

  test('and where a one-time key serves once, a lost answer locks the node out', () => {
    const { center, said } = admitted();
    expect(center.join(2, said)).not.toBeNull();
    center.forget(2);
    expect(center.join(2, said)).toBeNull();
  });
});

describe('here', () => {
  test('an earlier attempt that was held back is refused by the floor, and does not end the later', () => {
    const middle = new Withholding('J1');
    return inNetwork({ nodes: 1, lose: middle.lose }, async (network) => {
      const { world } = network;
      const attacker = new Attacker(network);
      for (const name of ['J1', 'J2'] as const)
        middle.onHeld(network, attacker, name, () => undefined);
      world.switchOn('N1');
      const attempts = () => [
        ...new Map(
          attacker.heard.filter(({ name }) => name === 'J1').map((heard) => [heard.src, heard]),
        ).values(),
      ];
      await world.until(() => attempts().length === 2, 300_000, 'a second attempt');
      middle.letGo();
      middle.hold('J2');
      await world.clock.advance(8_000);
      expect(attacker.heard.some(({ name }) => name === 'J2')).toBe(true);
      const [since, used] = [network.sightings.length, network.tpmUses.length];
      await attacker.tellAndWait(attempts()[0] ?? expect.fail(), 2_000);
      expect(network.refusals(since)).toEqual(['CE J1 replay']);
      expect(network.tpmUses.slice(used)).toEqual([]);
      expect(network.endings(since)).toEqual([]);
      middle.letGo();
      await world.until(() => world.hasJoined('N1'), 300_000, 'N1 joins');
      expect(network.failures(since)).toEqual([]);
    });
  });

  test('every message of a finished join is refused, without TPM work', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const attacker = new Attacker(network);
      await joined(network, 'N1');
      const [state, used] = [network.state(), network.tpmUses.length];
      const said = attacker.heard.filter(({ name }) => name !== null && /^J\d$/.test(name));
      expect(said.map(({ name }) => name)).toEqual(['J1', 'J2', 'J3', 'J4', 'J5']);
      for (const heard of said) {
        const since = network.sightings.length;
        await attacker.tellAndWait(heard);
        // Nobody listens any more as the joiner that J2 and J4 were for.
        const refused = network.refusals(since).filter((refusal) => refusal.startsWith('CE'));
        expect(refused).toEqual(heard.dst === 1 ? [`CE ${heard.name} repeated`] : []);
      }
      expect([network.state(), network.tpmUses.length]).toEqual([state, used]);
    }));

  test.each<MessageName>(['J2', 'J4', 'ack'])(
    'a lost %s is said again, and one join comes of it',
    (name) => {
      const middle = new Withholding(name);
      return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
        const { world } = network;
        world.switchOn('N1');
        await world.clock.advance(60_000);
        expect(world.hasJoined('N1')).toBe(false);
        middle.letGo();
        await world.until(() => world.hasJoined('N1'), 600_000, 'N1 joins');
        await network.settle();
        expect(world.store('CE').entries('member/')).toHaveLength(1);
        expect(network.centerVersion).toBe(1);
        await network.join('N2');
        await network.session('N2', 'N1');
        expect(await network.readings(['N1', 'N2'])).toEqual(['N1→N2']);
      });
    },
  );
});
