import { describe, expect, test } from 'vitest';
import { type Slot, slotKeyId } from '../../actors/node/sessions.ts';
import { sha256, utf8 } from '../../protocol/bytes.ts';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork, type Network } from '../scenarios/network.ts';
import { Insider } from './insider.ts';
import { joined } from './joined.ts';
import { paperNetwork } from './paper.ts';
import { flipped, type Mode } from './paper-cipher.ts';

test.each<Mode>(['cfb', 'ctr', 'ofb'])(
  'as the paper writes it, %s: N1 shares a key with N2, who takes it for one with N3',
  (mode) => {
    const { center, nodes } = paperNetwork({ mode });
    const [n1, n2, n3] = nodes;
    const key = sha256(utf8('SK'));
    const handed = center.translate(n1.address, n1.request(n2.address, key)) ?? expect.fail();
    const turned = flipped(handed.packet, -1, n1.address ^ n3.address);
    expect(n2.takeDelivery(turned)).toBe(n3.address);
    n1.takeAcknowledgement(center.acknowledge(n1.address));

    const answer = n2.answer(n3.address, n1.challenge(n2.address, new Uint8Array(8)));
    expect(n1.takeAnswer(n2.address, answer)).toBe(true);
    expect(n2.hear(n3.address, n1.say(n2.address, utf8('for N2 alone')))).toEqual(
      utf8('for N2 alone'),
    );
  },
);

interface Scene {
  readonly network: Network;
  readonly attacker: Attacker;
  readonly n1: Insider;
  readonly n2: Insider;
  readonly n3: Insider;
}

/**
 * N1 and N3 are insiders: N1 hands its wrapped key to N3, who has it translated too. So N2 holds
 * the same session key twice, as N1's and as N3's, and as of two transactions of N1.
 */
describe('here, with one session key in three transactions', () => {
  const scene = (act: (scene: Scene) => Promise<void>): Promise<void> =>
    inNetwork({ nodes: 3 }, async (network) => {
      const attacker = new Attacker(network);
      await joined(network, 'N1', 'N2', 'N3');
      await network.session('N1', 'N2');
      const [n1, n2, n3] = [
        new Insider(network, 'N1'),
        new Insider(network, 'N2'),
        new Insider(network, 'N3'),
      ];
      const said = attacker.heard.find(({ name }) => name === 'K1') ?? expect.fail();
      const body = { ...(await n1.read<'K1'>(said)), number: 50 };
      for (const insider of [n1, n3]) {
        const again = await insider.toCenter({ name: 'K1', counter: 50, clear: {}, body });
        await attacker.tellAndWait(again, 5_000);
      }
      const unique = (slot: Slot | undefined) => slot?.key.public.slice(-32);
      const { theirs, current } = n2.slots(n1.address);
      expect(unique(theirs)).toEqual(unique(current));
      expect(unique(n2.slots(n3.address).theirs)).toEqual(unique(current));
      await act({ network, attacker, n1, n2, n3 });
    });

  test('what N1 says is not taken for what N3 says', () =>
    scene(async ({ attacker, n1, n2, n3, network }) => {
      const said = attacker.heard.findLast(({ name }) => name === 'C1') ?? expect.fail();
      const slot = n2.slots(n3.address).theirs ?? expect.fail('N2 holds no key of N3');
      const since = network.sightings.length;
      const payload = Uint8Array.from(said.payload);
      payload[1] = slotKeyId(slot);
      await attacker.tellAndWait({ ...said, src: n3.address, payload });
      expect(network.refusals(since)).toEqual(['N2 C1 tag']);

      const between = { src: n1.address, dst: n2.address };
      const held = n2.slots(n1.address).current ?? expect.fail('N2 holds no key of N1');
      const key = await n2.underSession(held, 'confirm', between);
      const place = { slot, src: n3.address, dst: n2.address, counter: 99 };
      await attacker.tellAndWait(n3.challenge(key, { ...place, challenge: new Uint8Array(8) }));
      expect(network.refusals(since)).toEqual(['N2 C1 tag', 'N2 C1 tag']);
      expect(network.news('session.confirmed', since)).toEqual([]);
    }));

  test('the keys of one transaction are not those of another', () =>
    scene(async ({ attacker, n1, n2, network }) => {
      const { theirs, current } = n2.slots(n1.address);
      if (theirs === undefined || current === undefined) return expect.fail('N2 holds too few');
      const between = { src: n1.address, dst: n2.address };
      const key = await n2.underSession(current, 'confirm', between);
      const since = network.sightings.length;
      const place = { slot: theirs, ...between, counter: 99, challenge: new Uint8Array(8) };
      await attacker.tellAndWait(n1.challenge(key, place));
      expect(network.refusals(since)).toEqual(['N2 C1 tag']);
    }));
});
