import { describe, expect, test } from 'vitest';
import { sha256, utf8 } from '../../protocol/bytes.ts';
import { seal } from '../../protocol/envelope.ts';
import { MESSAGES } from '../../protocol/messages.ts';
import { type Packet, parsePacket } from '../../protocol/packet.ts';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork } from '../scenarios/network.ts';
import { Insider } from './insider.ts';
import { joined } from './joined.ts';
import { paperNetwork } from './paper.ts';
import type { Mode } from './paper-cipher.ts';
import { Withholding } from './withholding.ts';

test.each<Mode>(['cfb', 'ctr', 'ofb', 'cbc'])(
  'as the paper writes it, %s: N1 answers itself, and confirms a key with nobody',
  (mode) => {
    const [n1, n2] = paperNetwork({ mode }).nodes;
    n1.sessions.set(n2.address, sha256(utf8('SK')));
    const challenge = n1.challenge(n2.address, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect(n1.takeAnswer(n2.address, n1.answer(n2.address, challenge))).toBe(true);
    expect(n2.sessions.size).toBe(0);
  },
);

describe('here', () => {
  test('a challenge is none to its sender, as it is and as an answer', () => {
    const middle = new Withholding('C1');
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      const since = await joined(network, 'N1', 'N2');
      const attacker = new Attacker(network);
      middle.onHeld(network, attacker, 'C1', ({ net, src, dst, payload }) => {
        const asAnswer = Uint8Array.from(payload);
        asAnswer[0] = MESSAGES.C2.id;
        for (const said of [payload, asAnswer])
          attacker.tell({ net, src: dst, dst: src, payload: said });
      });
      await network.session('N1', 'N2');
      expect(new Set(network.refusals(since))).toEqual(new Set(['N1 C1 tag', 'N1 C2 tag']));
      expect(network.failures(since)).toEqual(['N1 confirm.initiator.3: unanswered']);
      expect(network.news('session.confirmed')).toEqual([]);
    });
  });

  test('nor is the key that N1 speaks under one that it listens under', () => {
    const middle = new Withholding('C1');
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      const { world } = network;
      const since = await joined(network, 'N1', 'N2');
      const attacker = new Attacker(network);
      network.request('N1', world.address('N2'));
      await world.until(() => attacker.heard.some(({ name }) => name === 'C1'), 60_000, 'C1');
      const leaky = new Insider(network, 'N1');
      const [n1, n2] = [leaky.address, world.address('N2')];
      const slot = leaky.slots(n2).own ?? expect.fail('N1 holds no key');
      const key = await leaky.underSession(slot, 'confirm', { src: n1, dst: n2 });
      const said = attacker.heard.findLast(({ name }) => name === 'C1') ?? expect.fail();
      const { kid } = parsePacket(said.payload) as Packet;
      const content = { name: 'C2', kid, src: n2, dst: n1, epoch: 1, counter: 1 } as const;
      const payload = seal<'C2'>(
        {
          ...content,
          clear: { epoch: 1 },
          body: { answer: new Uint8Array(8), nonce: new Uint8Array(8) },
          bound: sha256(said.payload),
        },
        key,
      );
      await attacker.tellAndWait({ net: said.net, src: n2, dst: n1, payload });
      expect(network.refusals(since)).toEqual(['N1 C2 tag']);
      await network.settle();
      expect(network.failures(since)).toEqual(['N1 confirm.initiator.3: unanswered']);
    });
  });
});
