import { describe, expect, test } from 'vitest';
import { sha256, utf8 } from '../../protocol/bytes.ts';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork } from '../scenarios/network.ts';
import { joined } from './joined.ts';
import { paperNetwork } from './paper.ts';
import { flipped } from './paper-cipher.ts';
import { Withholding } from './withholding.ts';

test('as the paper writes it: the acknowledgement of one request is that of every other', () => {
  const { center, nodes } = paperNetwork();
  const [n1, n2] = nodes;
  n1.request(n2.address, sha256(utf8('SK 1')));
  const acknowledgement = center.acknowledge(n1.address);
  expect(n1.takeAcknowledgement(acknowledgement)).toBe(true);
  // This one never reaches the Central Entity.
  n1.request(n2.address, sha256(utf8('SK 2')));
  expect(n1.takeAcknowledgement(acknowledgement)).toBe(true);
  expect(n1.sessions.get(n2.address)).toEqual(sha256(utf8('SK 2')));
  expect(n2.sessions.size).toBe(0);
});

describe('here', () => {
  test('one that was held back is refused as nobody waits for it any more', () => {
    const middle = new Withholding('K4');
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      await network.join('N1', 'N2');
      const attacker = new Attacker(network);
      await network.session('N1', 'N2');
      const held = attacker.heard.find(({ name }) => name === 'K4') ?? expect.fail();
      middle.hold('K1');
      middle.onHeld(network, attacker, 'K1', () => attacker.tell(held));
      const since = network.sightings.length;
      await network.session('N1', 'N2');
      expect(network.refusals(since)).toContain('N1 K4 unrequested');
      expect(network.failures(since)).toEqual(['N1 ktc.requester.3: unanswered']);
      expect(network.world.store('N1').entries('session/')).toEqual([]);
    });
  });

  test('one that answers the right request under no key is refused for its tag', () => {
    const middle = new Withholding('K4');
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      const since = await joined(network, 'N1', 'N2');
      const attacker = new Attacker(network);
      middle.onHeld(network, attacker, 'K4', (heard) =>
        attacker.tell({ ...heard, payload: flipped(heard.payload, -1, 1) }),
      );
      await network.session('N1', 'N2');
      expect(network.refusals(since)).toContain('N1 K4 tag');
      expect(network.failures(since)).toEqual(['N1 ktc.requester.3: unanswered']);
    });
  });
});
