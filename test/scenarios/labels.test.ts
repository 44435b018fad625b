import { createECDH } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { formatLabel, parseLabel } from '../../protocol/label.ts';
import { Attacker } from './attacker.ts';
import { beginningOf } from './frames.ts';
import { Impostor } from './impostor.ts';
import { inNetwork } from './network.ts';

/** A storage key, of a device that has no label here. */
const other = createECDH('prime256v1');
other.setPrivateKey(new Uint8Array(32).fill(7));
const OTHER_KEY = Uint8Array.from(other.getPublicKey(null, 'compressed'));

describe('a label', () => {
  test('mistyped is refused at once, its group named; typed well it is admitted', () =>
    inNetwork({ nodes: 1, admit: false }, async (network) => {
      const { world } = network;
      const text = formatLabel(world.label('N1'));
      const at = text.length - 9;
      const typed = text.slice(0, at) + (text[at] === 'Z' ? 'Y' : 'Z') + text.slice(at + 1);
      expect(() => parseLabel(typed)).toThrow(/group \d/i);
      const label = parseLabel(text);
      world.center.actor.send({ type: 'label.admit', label });
      await world.join('N1');
      expect(network.failures()).toEqual([]);
    }));

  test('admitted twice is refused by name, one after the other or both at once', () =>
    inNetwork({ nodes: 2, admit: false }, async (network) => {
      const { world } = network;
      const admit = (name: string): void =>
        world.center.actor.send({ type: 'label.admit', label: world.label(name) });
      admit('N1');
      admit('N1');
      await world.clock.advance(5_000);
      admit('N1');
      await world.clock.advance(5_000);
      expect(network.news('label.admitted')).toHaveLength(1);
      expect(network.news('label.refused').map(({ reason }) => reason)).toEqual([
        'LABEL_KNOWN',
        'LABEL_KNOWN',
      ]);
      admit('N2');
      await network.join('N1', 'N2');
      expect([world.address('N1'), world.address('N2')]).toEqual([2, 3]);
    }));

  test('that has served is refused by name, and the alarm costs no TPM work', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1');
      await network.settle();
      const [state, used, since] = [
        network.state(),
        network.tpmUses.length,
        network.sightings.length,
      ];
      new Impostor(new Attacker(network), network.world.label('N1')).join(99, OTHER_KEY);
      await network.world.clock.advance(10_000);
      expect(network.refusals(since)).toEqual(['CE J1 label-used']);
      expect([network.state(), network.tpmUses.length]).toEqual([state, used]);
      await network.join('N2');
    }));

  test('whose device has spoken is not taken from an earlier boot of it', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      await network.join('N1');
      await network.settle();
      const [used, since] = [network.tpmUses.length, network.sightings.length];
      new Impostor(new Attacker(network), network.world.label('N1')).join(0, OTHER_KEY);
      await network.world.clock.advance(3_000);
      expect(network.refusals(since)).toEqual(['CE J1 replay']);
      expect(network.tpmUses).toHaveLength(used);
    }));

  test('in the hands of a second device joins nobody but the one it is of', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      new Impostor(new Attacker(network), network.world.label('N1')).join(0, OTHER_KEY);
      await network.settle();
      expect(network.failures()).toEqual([
        expect.stringMatching(/^CE join\.[0-9a-f]{16}: JOIN_WRONG_KEY$/),
      ]);
      expect(network.centerVersion).toBe(0);
      await network.join('N1');
      expect(network.world.address('N1')).toBe(2);
    }));

  test('in the hands of a second device does not end the join that is being written down', () =>
    inNetwork({ nodes: 1, commitMs: 3_000 }, async (network) => {
      const { world, sightings } = network;
      world.switchOn('N1');
      const isWriting = () => sightings.some(({ type }) => type === 'membership.confirmed');
      await world.until(isWriting, 60_000, 'N1 is written down');
      const since = sightings.length;
      new Impostor(new Attacker(network), world.label('N1')).join(99, OTHER_KEY);
      await world.clock.advance(2_000);
      expect(network.refusals(since)).toEqual(['CE J1 label-used']);
      expect(world.store('CE').get('member/2')).toBeUndefined();
      await world.clock.advance(8_000);
      expect([world.hasJoined('N1'), network.centerVersion]).toEqual([true, 1]);
      expect(network.endings(since)).toContainEqual(expect.stringMatching(/^CE join\.\w+: null$/));
    }));

  test('in the hands of a second device does not keep the one it is of from ending its join', () => {
    let isDeaf = true;
    const lose = ({ frame }: { frame: Uint8Array }) => isDeaf && beginningOf(frame) === 'J5';
    return inNetwork({ nodes: 1, lose }, async (network) => {
      const { world } = network;
      world.switchOn('N1');
      await world.clock.advance(5_000);
      new Impostor(new Attacker(network), world.label('N1')).join(99, null);
      await world.clock.advance(2_000);
      expect(network.chronicle.air().filter(({ message }) => message === 'J2')).toHaveLength(2);
      isDeaf = false;
      await world.clock.advance(10_000);
      expect([world.hasJoined('N1'), network.centerVersion]).toEqual([true, 1]);
      expect(network.failures()).toEqual([]);
    });
  });
});

describe('a device', () => {
  test('that is not admitted is refused by name, changes nothing, and joins once it is', () =>
    inNetwork({ nodes: 1, admit: false }, async (network) => {
      const { world } = network;
      world.switchOn('N1');
      await world.clock.advance(10_000);
      expect(new Set(network.refusals())).toEqual(new Set(['CE J1 unknown-source']));
      expect(world.store('CE').entries('label/')).toEqual([]);
      expect(network.tpmUses.filter(({ device }) => device === 'CE')).toHaveLength(1);
      await world.admit('N1');
      await world.until(() => world.hasJoined('N1'), 300_000, 'N1 joins');
    }));

  test('that comes while the join window is closed is refused by name, and joins once it opens', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const { world } = network;
      world.center.actor.send({ type: 'window.close' });
      world.switchOn('N1');
      await world.clock.advance(10_000);
      expect(new Set(network.refusals())).toEqual(new Set(['CE J1 window-closed']));
      expect(
        network.news('run.ended').filter(({ actor }) => `${actor}`.startsWith('join')),
      ).toEqual([]);
      world.center.actor.send({ type: 'window.open' });
      await world.until(() => world.hasJoined('N1'), 10_000, 'the next J1 is heard');
    }));

  test('is told at once what only a member can do', () =>
    inNetwork({ nodes: 1, admit: false }, async (network) => {
      const { actor } = network.world.switchOn('N1') as ReturnType<typeof network.world.node>;
      actor.send({ type: 'session.request', peer: 3, mode: 'direct' });
      await network.world.clock.advance(1_000);
      actor.send({ type: 'reading.send', peer: 3, payload: new Uint8Array(1) });
      expect(
        network.news('command.refused').map(({ command, reason }) => [command, reason]),
      ).toEqual([
        ['session.request', 'not-a-member'],
        ['reading.send', 'not-a-member'],
      ]);
    }));
});
