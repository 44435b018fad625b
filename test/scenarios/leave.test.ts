import { describe, expect, test } from 'vitest';
import { CenterRecords } from '../../actors/center/records.ts';
import { losing, overheardIn } from './frames.ts';
import { inNetwork, type Network } from './network.ts';
import { during } from './spoiled-tpm.ts';

const stateOf = ({ world }: Network, name: string): string | undefined =>
  new CenterRecords(world.store('CE')).listed(world.address(name))?.state;

const revoke = ({ world }: Network, name: string): void =>
  world.center.actor.send({ type: 'member.revoke', address: world.address(name) });

const leave = ({ world }: Network, name: string): void =>
  world.node(name).actor.send({ type: 'leave' });

const standing = ({ world }: Network, name: string) =>
  world.node(name).actor.getSnapshot().value as string;

/** What is kept, but for the airtime of the last hour: that one left does not concern the law. */
const keysOf = ({ world }: Network, name: string): string[] =>
  world
    .store(name)
    .entries('')
    .map(([key]) => key)
    .filter((key) => !key.startsWith('airtime/'));

const withSessions = async (network: Network): Promise<void> => {
  await network.join('N1', 'N2');
  await network.session('N1', 'N2');
};

describe('a node that leaves', () => {
  test('is acknowledged, off the list, and nobody keeps a key for it', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await withSessions(network);
      const since = network.transmissions.length;
      leave(network, 'N1');
      await network.settle(10_000);
      expect(standing(network, 'N1')).toBe('dismissed');
      expect(network.news('node.dismissed')).toMatchObject([{ device: 'N1', reason: 'left' }]);
      expect(keysOf(network, 'N1')).toEqual(['dismissal']);
      expect(stateOf(network, 'N1')).toBe('left');
      expect(keysOf(network, 'N2').filter((key) => key.startsWith('session/'))).toEqual([]);
      const said = overheardIn(network.transmissions.slice(since));
      expect(said.map(({ name }) => name).slice(0, 3)).toEqual(['leave', 'ack', 'roster.delta']);
      await network.session('N2', 'N1');
      expect(network.failures().at(-1)).toBe('N2 ktc.requester.2: revoked');
    }));

  test('goes on saying so after a restart, until it is acknowledged', () =>
    inNetwork({ nodes: 2, lose: losing(['leave'], 20_000) }, async (network) => {
      await withSessions(network);
      leave(network, 'N1');
      await network.settle(10_000);
      expect(stateOf(network, 'N1')).toBe('active p256');
      await network.world.powerOff('N1');
      network.world.switchOn('N1');
      await network.settle(60_000);
      expect([standing(network, 'N1'), stateOf(network, 'N1')]).toEqual(['dismissed', 'left']);
    }));

  test('learns that it has left if it lost power before the acknowledgement came', () =>
    inNetwork({ nodes: 2, lose: losing(['ack'], 1_000_000) }, async (network) => {
      const { world } = network;
      for (const name of world.nodeNames) world.switchOn(name);
      await network.settle(30_000);
      await world.powerOff('N1');
      world.switchOn('N1');
      await world.until(() => network.news('node.rejoined').length > 0, 60_000, 'N1 rejoins');
      leave(network, 'N1');
      await network.settle(3_000);
      await world.powerOff('N1');
      world.switchOn('N1');
      await network.settle(20_000);
      expect(network.news('node.dismissed')).toMatchObject([{ device: 'N1', reason: 'left' }]);
    }));

  test('stays silent when it is switched on again', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const { world } = network;
      await network.join('N1');
      leave(network, 'N1');
      await network.settle();
      const since = network.transmissions.length;
      await world.powerOff('N1');
      world.switchOn('N1');
      await network.settle();
      expect(network.transmissions.length).toBe(since);
      expect(network.news('node.failed')).toMatchObject([{ device: 'N1', reason: 'NODE_LEFT' }]);
    }));

  test('is refused by name while it is none', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      network.world.switchOn('N1');
      leave(network, 'N1');
      expect(network.news('command.refused')).toMatchObject([
        { command: 'leave', reason: 'not-a-member' },
      ]);
    }));
});

describe('a device that is revoked', () => {
  test('is told, forgets its network and falls silent', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await withSessions(network);
      revoke(network, 'N1');
      await network.settle(10_000);
      expect(network.news('member.revoked')).toMatchObject([{ address: 2 }]);
      expect(network.news('node.dismissed')).toMatchObject([{ device: 'N1', reason: 'revoked' }]);
      expect(keysOf(network, 'N1')).toEqual(['dismissal']);
      expect(keysOf(network, 'N2').filter((key) => key.startsWith('session/'))).toEqual([]);
      const since = network.transmissions.length;
      await network.settle(86_400_000);
      expect(
        overheardIn(network.transmissions.slice(since)).filter(({ src }) => src === 2),
      ).toEqual([]);
    }));

  test.each(['revoke', 'roster.delta'] as const)('learns of it while every %s is lost', (name) =>
    inNetwork({ nodes: 2, lose: losing([name], 40_000) }, async (network) => {
      const { world } = network;
      for (const node of world.nodeNames) world.switchOn(node);
      await network.settle(120_000);
      revoke(network, 'N1');
      await network.settle(10_000);
      expect(standing(network, 'N1')).toBe('dismissed');
    }),
  );

  test('while it was off learns of it by its next R1, also with an empty store', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const { world } = network;
      await withSessions(network);
      await world.powerOff('N1');
      revoke(network, 'N1');
      await network.settle(600_000);
      const old = world.store('N1').entries('');
      await world.store('N1').write(Object.fromEntries(old.map(([key]) => [key, undefined])));
      const since = network.transmissions.length;
      world.switchOn('N1');
      await network.settle(30_000);
      const said = overheardIn(network.transmissions.slice(since)).map(({ name }) => name);
      expect(said).toEqual(['R1', 'R2']);
      expect(network.news('node.dismissed')).toMatchObject([{ device: 'N1', reason: 'revoked' }]);
    }));

  test('before it has joined cannot', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      network.world.center.actor.send({ type: 'member.revoke', address: 2 });
      await network.settle(1_000);
      network.world.switchOn('N1');
      await network.settle(60_000);
      expect(network.refusals()).toContain('CE J1 label-used');
      expect(network.world.store('CE').entries('member/')).toEqual([]);
    }));

  test('stays revoked when it leaves', () =>
    inNetwork({ nodes: 2, lose: losing(['revoke', 'roster.delta'], 100_000) }, async (network) => {
      const { world } = network;
      for (const node of world.nodeNames) world.switchOn(node);
      await network.settle(10_000);
      revoke(network, 'N1');
      await network.settle(1_000);
      leave(network, 'N1');
      await network.settle(120_000);
      expect(stateOf(network, 'N1')).toBe('revoked');
      expect(standing(network, 'N1')).toBe('dismissed');
    }));

  test('that nobody knows is refused by name', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      network.world.center.actor.send({ type: 'member.revoke', address: 99 });
      await network.settle(1_000);
      expect(network.news('revocation.refused')).toMatchObject([
        { address: 99, reason: 'MEMBER_UNKNOWN' },
      ]);
    }));

  test('stays so when the center loses power before the list says it', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const { world } = network;
      await withSessions(network);
      revoke(network, 'N1');
      await world.until(
        () => network.news('member.revoked').length > 0,
        1_000,
        'it is written down',
      );
      expect(stateOf(network, 'N1')).toBe('active p256');
      await world.powerOff('CE');
      world.switchOn('CE');
      await network.settle(120_000);
      expect(stateOf(network, 'N1')).toBe('revoked');
      expect(standing(network, 'N1')).toBe('dismissed');
      expect(keysOf(network, 'N2').filter((key) => key.startsWith('session/'))).toEqual([]);
    }));
});

test('who is revoked while the TPM of the CE translates a key for it gets nothing of that', async () => {
  let meanwhile = (): void => undefined;
  const translation = { device: 'CE', operation: 'translate', nth: 0 } as const;
  const wrapTpm = during(translation, () => meanwhile());
  await inNetwork({ nodes: 2, wrapTpm }, async (network) => {
    await network.join('N1', 'N2');
    meanwhile = () => revoke(network, 'N2');
    const since = network.transmissions.length;
    await network.session('N1', 'N2');
    expect(stateOf(network, 'N2')).toBe('revoked');
    const said = overheardIn(network.transmissions.slice(since)).map(({ name }) => name);
    expect(said).toContain('K1');
    expect(said).not.toContain('K2.direct');
  });
});
