import { describe, expect, test, vi } from 'vitest';
import { Sessions } from '../../actors/node/sessions.ts';
import { MESSAGES } from '../../protocol/messages.ts';
import { Attacker } from './attacker.ts';
import { overheardIn } from './frames.ts';
import { inNetwork, type Network } from './network.ts';

const netOf = ({ world }: Network): number =>
  world.store('CE').get<{ netId: Uint8Array }>('network')?.netId[0] as number;

const kidsUsed = (network: Network): Set<number> =>
  new Set(
    overheardIn(network.transmissions)
      .filter(({ name }) => name === 'data')
      .map(({ payload }) => payload[1] as number),
  );

/** A data frame from one node to another under a key that neither has. */
const underUnknownKey = (network: Network, from: string, to: string) => {
  const used = kidsUsed(network);
  const kid = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].find((other) => !used.has(other)) as number;
  const payload = new Uint8Array(20).fill(0);
  payload.set([MESSAGES.data.id, kid, 0, 1]);
  const [src, dst] = [network.world.address(from), network.world.address(to)];
  return { net: netOf(network), src, dst, payload };
};

const confirms = (network: Network, since: number): string[] =>
  network.endings(since).filter((ending) => ending.includes('confirm.initiator'));

describe('data under a key that is not known', () => {
  test('makes a node confirm its key anew, at most once in 10 s', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      const attacker = new Attacker(network);
      const frame = underUnknownKey(network, 'N1', 'N2');
      const [since, used] = [network.sightings.length, network.tpmUses.length];
      for (let at = 0; at < 18; at += 1) await attacker.tellAndWait(frame, 500);
      expect(confirms(network, since)).toEqual(['N2 confirm.initiator.2: null']);
      expect(
        network.tpmUses.slice(used).map(({ device, operation }) => `${device} ${operation}`),
      ).toEqual(['N1 derive', 'N2 derive']);
      for (let at = 0; at < 18; at += 1) await attacker.tellAndWait(frame, 500);
      expect(confirms(network, since)).toHaveLength(2);
      expect(network.failures(since)).toEqual([]);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    }));

  test('makes it do nothing where it shares no key, or with who is no member', () =>
    inNetwork({ nodes: 3 }, async (network) => {
      await network.join('N1', 'N2', 'N3');
      await network.session('N1', 'N2');
      const attacker = new Attacker(network);
      const [since, used] = [network.sightings.length, network.tpmUses.length];
      const frame = underUnknownKey(network, 'N1', 'N2');
      await attacker.tellAndWait({ ...frame, src: network.world.address('N3') });
      await attacker.tellAndWait({ ...frame, src: 999 });
      expect(network.refusals(since)).toEqual(['N2 data unknown-key', 'N2 data unknown-source']);
      expect([network.tpmUses.length, confirms(network, since)]).toEqual([used, []]);
    }));

  test('brings two together again of which one has lost its keys', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      const { traffic } = Sessions.prototype;
      let isLost = false;
      const lost = vi.spyOn(Sessions.prototype, 'traffic').mockImplementation(function (
        this: Sessions,
        peer,
      ) {
        if (isLost || peer !== network.world.address('N1')) return traffic.call(this, peer);
        isLost = true;
        return [];
      });
      const since = network.sightings.length;
      await network.readings(['N1', 'N2']);
      lost.mockRestore();
      await network.settle();
      expect(network.endings(since).join()).toMatch(/confirm\.(initiator|responder)\.\d: null/);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    }));
});

describe('data keys', () => {
  test('are renewed before they are used up, and no reading is lost by it', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      // Asked by the reading, and by the node whom it tells.
      const spent = vi
        .spyOn(Sessions.prototype, 'isNearlySpent')
        .mockReturnValueOnce(true)
        .mockReturnValueOnce(true);
      const since = network.sightings.length;
      expect(await network.readings(['N1', 'N2'])).toEqual(['N1→N2']);
      spent.mockRestore();
      await network.settle();
      expect(confirms(network, since)).toEqual(['N1 confirm.initiator.3: null']);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
      expect(kidsUsed(network).size).toBe(2);
    }));

  test('that are used up let a reading wait for the next', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      const spent = vi
        .spyOn(Sessions.prototype, 'outgoing')
        .mockReturnValueOnce(null)
        .mockReturnValueOnce(null);
      expect(await network.readings(['N1', 'N2'])).toEqual(['N1→N2']);
      spent.mockRestore();
    }));

  test('begin to count anew: only 16 bits of a counter travel', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      await network.readings(['N1', 'N2'], ['N1', 'N2']);
      world.node('N1').actor.send({ type: 'session.confirm', peer: world.address('N2') });
      await network.settle();
      await network.readings(['N1', 'N2']);
      const counters = overheardIn(network.transmissions)
        .filter(({ name, src }) => name === 'data' && src === world.address('N1'))
        .map(({ payload }) => (payload[2] as number) * 256 + (payload[3] as number));
      expect(counters).toEqual([1, 2, 3, 1, 2]);
    }));
});

describe('a reading without keys', () => {
  test('gets them first', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.readings(['N1', 'N2']);
      await network.settle(10_000);
      expect(network.news('reading.received')).toMatchObject([{ device: 'N2', from: 2 }]);
      expect(network.failures()).toEqual([]);
    }));

  test('to a device that is not on the list is refused by name', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      await network.join('N1');
      const payload = Uint8Array.of(1);
      network.world.node('N1').actor.send({ type: 'reading.send', peer: 99, payload });
      await network.settle(10_000);
      expect(network.failures()).toEqual([
        'N1 ktc.inquirer.99: unknown',
        'N1 reading.99.1: PEER_UNAUTHORIZED',
      ]);
    }));
});
