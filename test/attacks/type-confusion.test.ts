import { describe, expect, test } from 'vitest';
import { associationKeyId } from '../../actors/association.ts';
import { sha256, utf8 } from '../../protocol/bytes.ts';
import { seal } from '../../protocol/envelope.ts';
import { CENTER } from '../../protocol/identity.ts';
import { MESSAGES, type MessageName } from '../../protocol/messages.ts';
import { Attacker } from '../scenarios/attacker.ts';
import type { Overheard } from '../scenarios/frames.ts';
import { inNetwork } from '../scenarios/network.ts';
import { Insider } from './insider.ts';
import { joined } from './joined.ts';
import { paperNetwork } from './paper.ts';
import type { Mode } from './paper-cipher.ts';

describe.each<Mode>(['cfb', 'ctr', 'ofb', 'cbc'])('as the paper writes it, %s', (mode) => {
  const key = sha256(utf8('SK'));

  test("N1's own request is a delivery to it", () => {
    const [n1, n2] = paperNetwork({ mode, figure: 3 }).nodes;
    expect(n1.takeDelivery(n1.request(n2.address, key))).toBe(n2.address);
    expect(n1.sessions.get(n2.address)).toEqual(key);
    expect(n2.sessions.size).toBe(0);
  });

  test("a delivery to N2 is N2's request", () => {
    const { center, nodes } = paperNetwork({ mode, figure: 3 });
    const [n1, n2] = nodes;
    const delivery = center.translate(n1.address, n1.request(n2.address, key));
    const again = center.translate(n2.address, delivery?.packet ?? expect.fail());
    expect(again?.to).toBe(n1.address);
  });
});

describe('here', () => {
  const retyped = ({ payload }: Overheard, name: MessageName): Uint8Array => {
    const copy = Uint8Array.from(payload);
    copy[0] = MESSAGES[name].id;
    return copy;
  };

  test('a request is no delivery, a delivery no request, and a ticket no K2', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const { world } = network;
      const attacker = new Attacker(network);
      await joined(network, 'N1', 'N2');
      await network.session('N1', 'N2', 'direct');
      await network.session('N1', 'N2', 'indirect');
      const [n1, n2] = [world.address('N1'), world.address('N2')];
      const heard = (name: MessageName): Overheard =>
        attacker.heard.findLast((message) => message.name === name) ?? expect.fail(name);
      const [state, since, used] = [
        network.state(),
        network.sightings.length,
        network.tpmUses.length,
      ];
      const attempts: readonly [said: MessageName, as: MessageName, src: number, dst: number][] = [
        ['K1', 'K2.direct', CENTER, n1],
        ['K2.direct', 'K1', n2, CENTER],
        ['ticket', 'K2.direct', CENTER, n2],
        ['K2.direct', 'ticket', n1, n2],
      ];
      for (const [said, as, src, dst] of attempts) {
        const { net } = heard(said);
        await attacker.tellAndWait({ net, src, dst, payload: retyped(heard(said), as) });
      }
      expect(network.refusals(since)).toEqual([
        'N1 K2.direct tag',
        'CE K1 tag',
        'N2 K2.direct tag',
        'N2 ticket tag',
      ]);
      expect([network.state(), network.tpmUses.length]).toEqual([state, used]);
    }));

  test('under one key the type alone tells a question for a peer from one for the list', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const attacker = new Attacker(network);
      await joined(network, 'N1', 'N2');
      await network.session('N1', 'N2');
      const query = attacker.heard.find(({ name }) => name === 'peer.query') ?? expect.fail();
      const since = network.sightings.length;
      await attacker.tellAndWait({ ...query, payload: retyped(query, 'roster.get') });
      expect(network.refusals(since)).toEqual(['CE roster.get tag']);
    }));

  test('and the key of one purpose opens nothing of another', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const { world } = network;
      const attacker = new Attacker(network);
      await joined(network, 'N1', 'N2');
      await network.session('N1', 'N2', 'indirect');
      const leaky = new Insider(network, 'N2');
      const { association, address: dst } = leaky;
      const key = await leaky.underMaster('control', 'center→node');
      const [epoch, kid] = [association.centerEpoch, associationKeyId(association)];
      const delivery = { requester: world.address('N1'), epoch: 9, number: 9 };
      const body = { ...delivery, wrap: new Uint8Array(205) };
      const place = { src: CENTER, dst, epoch, counter: 99, kid };
      const payload = seal<'ticket'>({ name: 'ticket', ...place, clear: {}, body }, key);
      const since = network.sightings.length;
      const net = association.netId[0] as number;
      await attacker.tellAndWait({ net, src: delivery.requester, dst, payload });
      expect(network.refusals(since)).toEqual(['N2 ticket tag']);
    }));
});
