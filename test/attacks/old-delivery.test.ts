import { describe, expect, test } from 'vitest';
import type { KtcMode } from '../../machines/ktc/requester.ts';
import { sha256, utf8 } from '../../protocol/bytes.ts';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork } from '../scenarios/network.ts';
import { Insider } from './insider.ts';
import { type Handed, paperNetwork } from './paper.ts';

test('as the paper writes it: an old delivery brings back a key that has leaked since', () => {
  const { center, nodes } = paperNetwork();
  const [n1, n2] = nodes;
  const [leaked, fresh] = [sha256(utf8('SK 1')), sha256(utf8('SK 2'))];
  const [old, next] = [leaked, fresh].map(
    (key) => center.translate(n1.address, n1.request(n2.address, key)) as Handed,
  );
  n2.takeDelivery((old as Handed).packet);
  n2.takeDelivery((next as Handed).packet);
  expect(n2.sessions.get(n1.address)).toEqual(fresh);
  expect(n2.takeDelivery((old as Handed).packet)).toBe(n1.address);
  expect(n2.sessions.get(n1.address)).toEqual(leaked);
});

describe('here', () => {
  test.each<{ mode: KtcMode; name: 'K2.direct' | 'ticket'; rule: string; reason: string }>([
    { mode: 'direct', name: 'K2.direct', rule: 'the window', reason: 'replay' },
    { mode: 'indirect', name: 'ticket', rule: 'the highest transaction', reason: 'stale' },
  ])('an old $name is refused by $rule, and its key opens nothing', ({ mode, name, reason }) =>
    inNetwork({ nodes: 2 }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      const attacker = new Attacker(network);
      const leaky = new Insider(network, 'N1');
      const [n1, n2] = [leaky.address, world.address('N2')];
      await network.session('N1', 'N2', mode);
      const slot = leaky.slots(n2).current ?? expect.fail('N1 holds no key');
      const delivery = attacker.heard.find((heard) => heard.name === name) ?? expect.fail();
      await network.session('N1', 'N2', mode);
      await network.session('N1', 'N2', mode);

      const [state, since, used] = [
        network.state(),
        network.sightings.length,
        network.tpmUses.length,
      ];
      await attacker.tellAndWait(delivery);
      const key = await leaky.underSession(slot, 'confirm', { src: n1, dst: n2 });
      const challenge = new Uint8Array(8);
      await attacker.tellAndWait(
        leaky.challenge(key, { slot, src: n1, dst: n2, counter: 999, challenge }),
      );
      expect(network.refusals(since).toSorted()).toEqual(
        ['N2 C1 unknown-source', `N2 ${name} ${reason}`].toSorted(),
      );
      expect([network.state(), network.tpmUses.length]).toEqual([state, used]);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    }),
  );
});
