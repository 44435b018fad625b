import { describe, expect, test } from 'vitest';
import type { MessageName } from '../../protocol/messages.ts';
import { decodeFrame } from '../../transports/lora/frame.ts';
import { beginningOf } from './frames.ts';
import { inNetwork, type Network } from './network.ts';
import { hanging } from './spoiled-tpm.ts';

const revoke = ({ world }: Network, name: string): void =>
  world.center.actor.send({ type: 'member.revoke', address: world.address(name) });

describe('a node that is revoked', () => {
  test('and does not know of it has no session any more, and gets none', () => {
    const told: readonly MessageName[] = ['revoke', 'roster.delta', 'roster.page'];
    let isDeaf = false;
    const lose = ({ frame }: { frame: Uint8Array }, receiver: string): boolean => {
      const name = beginningOf(frame);
      return isDeaf && receiver === 'N1' && name !== null && told.includes(name);
    };
    return inNetwork({ nodes: 2, lose }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      isDeaf = true;
      revoke(network, 'N1');
      await network.settle();
      expect(network.world.store('N2').get('session/2')).toBeUndefined();
      const since = network.sightings.length;
      await network.session('N1', 'N2');
      expect(network.failures(since)[0]).toMatch(/^(CE|N1) .*: revoked$/);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual([]);
    });
  });

  test('while a key for it is made leaves nothing behind', async () => {
    let answer = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const wrapTpm = hanging({ device: 'N2', operation: 'importSessionKey', nth: 0 }, late);
    await inNetwork({ nodes: 2, wrapTpm }, async (network) => {
      await network.join('N1', 'N2');
      await network.settle();
      network.request('N1', network.world.address('N2'));
      await network.world.clock.advance(5_000);
      revoke(network, 'N1');
      await network.world.clock.advance(5_000);
      answer();
      await network.settle();
      expect(network.failures()).toContain('N2 ktc.receiver.2: PEER_UNAUTHORIZED');
      expect(network.world.store('N2').get('session/2')).toBeUndefined();
    });
  });
});

describe('a node whose list is behind', () => {
  /** N1 hears no list from the moment that N3 joins, or none that is sent to all. */
  const deaf = (names: readonly MessageName[], to: 'all' | 'N1') => {
    const state = { isDeaf: false };
    const lose = ({ frame }: { frame: Uint8Array }, receiver: string): boolean => {
      const name = beginningOf(frame);
      const parsed = decodeFrame(frame);
      const isBroadcast = parsed?.type === 'data' && parsed.dst === 0xffff;
      return (
        state.isDeaf &&
        receiver === 'N1' &&
        name !== null &&
        names.includes(name) &&
        (to === 'N1' || isBroadcast)
      );
    };
    return { state, lose };
  };

  const withoutN3 = async (network: Network, state: { isDeaf: boolean }): Promise<void> => {
    await network.join('N1', 'N2');
    await network.settle();
    state.isDeaf = true;
    network.world.switchOn('N3');
    await network.settle();
    expect([network.world.rosterVersion('N1'), network.centerVersion]).toEqual([2, 3]);
  };

  test.each(['direct', 'indirect'] as const)(
    'asks about somebody it does not know who sends a key, and takes that very key, %s',
    (mode) => {
      const { state, lose } = deaf(['roster.delta'], 'all');
      return inNetwork({ nodes: 3, lose }, async (network) => {
        await withoutN3(network, state);
        const since = network.sightings.length;
        await network.session('N3', 'N1', mode);
        expect(network.failures(since)).toEqual([]);
        expect(network.endings(since)).toContain('N1 ktc.inquirer.4: null');
        expect(network.isCurrent('N1')).toBe(true);
        const keys = network.tpmUses.filter(({ operation }) => operation === 'createSessionKey');
        expect(keys.map(({ device }) => device)).toEqual(['N3']);
        expect(await network.readings(['N3', 'N1'], ['N1', 'N3'])).toEqual(['N3→N1', 'N1→N3']);
      });
    },
  );

  test('makes no key before it has it', () => {
    const { state, lose } = deaf(['roster.delta'], 'all');
    return inNetwork({ nodes: 3, lose }, async (network) => {
      await withoutN3(network, state);
      const since = network.sightings.length;
      await network.session('N1', 'N3');
      const first = (is: (what: { name?: string; job?: { name: string } }) => boolean): number =>
        network.sightings
          .slice(since)
          .findIndex(({ device, what }) => device === 'N1' && is(what as object));
      expect(network.failures(since)).toEqual([]);
      const hasList = first(({ name }) => name?.startsWith('roster.') === true);
      expect(hasList).toBeGreaterThan(-1);
      expect(first(({ job }) => job?.name === 'createSessionKey')).toBeGreaterThan(hasList);
    });
  });

  test('gives up by name when it does not come', () => {
    const { state, lose } = deaf(['roster.delta', 'roster.page'], 'N1');
    return inNetwork({ nodes: 3, lose }, async (network) => {
      await withoutN3(network, state);
      await network.session('N1', 'N3');
      expect(network.failures()).toContain('N1 ktc.requester.4: ROSTER_BEHIND');
      await network.session('N2', 'N3');
      expect(await network.readings(['N2', 'N3'])).toEqual(['N2→N3']);
    });
  });
});
