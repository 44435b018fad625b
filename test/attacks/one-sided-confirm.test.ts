import { describe, expect, test } from 'vitest';
import { sha256, utf8 } from '../../protocol/bytes.ts';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork } from '../scenarios/network.ts';
import { Insider } from './insider.ts';
import { joined } from './joined.ts';
import { paperNetwork } from './paper.ts';
import { Withholding } from './withholding.ts';

test('as the paper writes it: an old challenge makes N2 believe in N1, who is not there', () => {
  const [n1, n2] = paperNetwork().nodes;
  const key = sha256(utf8('SK'));
  n1.sessions.set(n2.address, key);
  n2.sessions.set(n1.address, key);
  const recorded = n1.challenge(n2.address, new Uint8Array(8));
  n2.answer(n1.address, recorded);
  n2.confirmed.clear();
  n2.answer(n1.address, recorded);
  expect(n2.confirmed.has(n1.address)).toBe(true);
});

describe('here', () => {
  test('a challenge held back and said when N1 is gone confirms nothing', () => {
    const middle = new Withholding('C1');
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      const { world } = network;
      const attacker = new Attacker(network);
      await joined(network, 'N1', 'N2');
      await network.session('N1', 'N2');
      await world.node('N1').stop();
      const held = attacker.heard.find(({ name }) => name === 'C1') ?? expect.fail();
      const since = network.sightings.length;
      await attacker.tellAndWait(held);
      expect(attacker.heard.filter(({ name }) => name === 'C2')).toHaveLength(1);
      expect(await network.readings(['N2', 'N1'])).toEqual([]);
      await network.settle();
      expect(network.failures(since)).toEqual([
        'N2 reading.2.1: SESSION_NONE',
        'N2 confirm.responder.2: unproven',
      ]);
      expect(network.news('session.confirmed', since)).toEqual([]);
    });
  });

  test('the same ID again makes other keys, so that an old frame proves nothing', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const attacker = new Attacker(network);
      await joined(network, 'N1', 'N2');
      await network.session('N1', 'N2');
      const leaky = new Insider(network, 'N1');
      const [src, dst] = [leaky.address, network.world.address('N2')];
      const slot = leaky.slots(dst).current ?? expect.fail('N1 holds no key');
      const key = await leaky.underSession(slot, 'confirm', { src, dst });
      const said = attacker.heard.find(({ name }) => name === 'C1') ?? expect.fail();
      const { challenge } = leaky.readChallenge(said, key);
      await network.world.node('N1').stop();
      const proof = attacker.heard.find(({ name }) => name === 'data') ?? expect.fail();
      const since = network.sightings.length;
      await attacker.tellAndWait(leaky.challenge(key, { slot, src, dst, counter: 99, challenge }));
      await attacker.tellAndWait(proof);
      await network.settle();
      expect(network.refusals(since)).toEqual(['N2 data replay']);
      expect(network.failures(since)).toEqual(['N2 confirm.responder.2: unproven']);
    }));
});
