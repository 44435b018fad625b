import { describe, expect, test } from 'vitest';
import { sha256, utf8 } from '../../protocol/bytes.ts';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork, type Network } from '../scenarios/network.ts';
import { Insider } from './insider.ts';
import { joined } from './joined.ts';
import { paperNetwork } from './paper.ts';
import { flipped, type Mode } from './paper-cipher.ts';
import { Withholding } from './withholding.ts';

/** In K1, where msgpack puts an address below 128: behind the header, the array and the mode. */
const PEER_AT = 6 + 2;

test.each<Mode>(['cfb', 'ctr', 'ofb'])(
  'as the paper writes it, %s: a flipped address hands the key to an insider',
  (mode) => {
    const { center, nodes } = paperNetwork({ mode });
    const [n1, n2, insider] = nodes;
    const key = sha256(utf8('SK'));
    const turned = flipped(n1.request(n2.address, key), -1, n2.address ^ insider.address);
    const handed = center.translate(n1.address, turned) ?? expect.fail('not translated');
    expect(handed.to).toBe(insider.address);
    insider.takeDelivery(handed.packet);
    n1.takeAcknowledgement(center.acknowledge(n1.address));
    expect(n1.sessions.get(n2.address)).toEqual(key);
    expect(insider.sessions.get(n1.address)).toEqual(key);
    const answer = insider.answer(n1.address, n1.challenge(n2.address, new Uint8Array(8)));
    expect(n1.takeAnswer(n2.address, answer)).toBe(true);
  },
);

describe('here', () => {
  const keysOfInsider = ({ world }: Network): unknown => world.store('N3').entries('session/');

  test('a request with another peer in it is refused for its tag', () => {
    const middle = new Withholding('K1');
    return inNetwork({ nodes: 3, lose: middle.lose }, async (network) => {
      const since = await joined(network, 'N1', 'N2', 'N3');
      const attacker = new Attacker(network);
      middle.onHeld(network, attacker, 'K1', (heard) => {
        const mask = network.world.address('N2') ^ network.world.address('N3');
        attacker.tell({ ...heard, payload: flipped(heard.payload, PEER_AT, mask) });
      });
      await network.session('N1', 'N2');
      expect(new Set(network.refusals(since))).toEqual(new Set(['CE K1 tag']));
      expect(network.failures(since)).toEqual(['N1 ktc.requester.3: unanswered']);
      expect(keysOfInsider(network)).toEqual([]);
    });
  });

  test('and under the very key of N1 it is refused by the policy of the session key', () => {
    const middle = new Withholding('K1');
    return inNetwork({ nodes: 3, lose: middle.lose }, async (network) => {
      const { world } = network;
      const since = await joined(network, 'N1', 'N2', 'N3');
      const attacker = new Attacker(network);
      network.request('N1', world.address('N2'));
      await world.until(() => attacker.heard.some(({ name }) => name === 'K1'), 60_000, 'K1');
      const leaky = new Insider(network, 'N1');
      const said = attacker.heard.find(({ name }) => name === 'K1') ?? expect.fail();
      const body = { ...(await leaky.read<'K1'>(said)), peer: world.address('N3') };
      await attacker.tellAndWait(
        await leaky.toCenter({ name: 'K1', counter: 50, clear: {}, body }),
      );
      expect(network.failures(since)).toEqual(['CE ktc.translator.2: TPM_BAD_WRAP']);
      expect(keysOfInsider(network)).toEqual([]);
    });
  });
});
