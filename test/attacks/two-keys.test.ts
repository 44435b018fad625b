import { describe, expect, test } from 'vitest';
import { sha256, utf8 } from '../../protocol/bytes.ts';
import { inNetwork } from '../scenarios/network.ts';
import { joined } from './joined.ts';
import { type Handed, paperNetwork } from './paper.ts';
import { Withholding } from './withholding.ts';

describe('as the paper writes it', () => {
  const [a, b] = [sha256(utf8('SK a')), sha256(utf8('SK b'))];

  test('a lost acknowledgement leaves N2 with a key that N1 has not', () => {
    const { center, nodes } = paperNetwork();
    const [n1, n2] = nodes;
    const handed = center.translate(n1.address, n1.request(n2.address, a)) as Handed;
    n2.takeDelivery(handed.packet);
    expect(n2.sessions.get(n1.address)).toEqual(a);
    expect(n1.sessions.has(n2.address)).toBe(false);
  });

  test('and where both ask at once and the acknowledgements come late, both hold another', () => {
    const { center, nodes } = paperNetwork();
    const [n1, n2] = nodes;
    const toN2 = center.translate(n1.address, n1.request(n2.address, a)) as Handed;
    const toN1 = center.translate(n2.address, n2.request(n1.address, b)) as Handed;
    n2.takeDelivery(toN2.packet);
    n1.takeDelivery(toN1.packet);
    for (const node of [n1, n2]) node.takeAcknowledgement(center.acknowledge(node.address));
    expect(n1.sessions.get(n2.address)).toEqual(a);
    expect(n2.sessions.get(n1.address)).toEqual(b);
    const answer = n2.answer(n1.address, n1.challenge(n2.address, new Uint8Array(8)));
    expect(n1.takeAnswer(n2.address, answer)).toBe(false);
  });
});

describe('here', () => {
  test('an acknowledgement that never comes leaves a key that does no harm', () => {
    const middle = new Withholding('K4');
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      const since = await joined(network, 'N1', 'N2');
      await network.session('N1', 'N2');
      expect(network.failures(since)).toContain('N1 ktc.requester.3: unanswered');
      middle.letGo();
      await network.session('N1', 'N2');
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    });
  });

  test('where both ask at once and the acknowledgements come late, the slots hold both', () => {
    const middle = new Withholding('K4');
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      const { world } = network;
      const since = await joined(network, 'N1', 'N2');
      const [n1, n2] = [world.address('N1'), world.address('N2')];
      network.request('N1', n2);
      network.request('N2', n1);
      const holds = (name: string, peer: number): boolean =>
        world.store(name).get<{ theirs?: unknown }>(`session/${peer}`)?.theirs !== undefined;
      await world.until(() => holds('N1', n2) && holds('N2', n1), 20_000, 'both are delivered to');
      middle.letGo();
      await network.settle();
      const confirmed = network.news('session.confirmed', since).map(({ device }) => device);
      expect(new Set(confirmed)).toEqual(new Set(['N1', 'N2']));
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    });
  });

  test('a delivery whose acknowledgement was lost is imported once', () => {
    const middle = new Withholding('K3.direct');
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      const since = await joined(network, 'N1', 'N2');
      const used = network.tpmUses.length;
      network.request('N1', network.world.address('N2'));
      await network.world.clock.advance(15_000);
      middle.letGo();
      await network.settle();
      const imports = network.tpmUses
        .slice(used)
        .filter(({ operation }) => operation === 'importSessionKey');
      expect(imports).toHaveLength(1);
      expect(network.refusals(since)).toContain('N2 K2.direct repeated');
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    });
  });
});
