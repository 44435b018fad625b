import { describe, expect, test } from 'vitest';
import type { Slots } from '../../actors/node/sessions.ts';
import type { KtcMode } from '../../machines/ktc/requester.ts';
import type { MessageName } from '../../protocol/messages.ts';
import { decodeFrame } from '../../transports/lora/frame.ts';
import { casesOf } from '../extended.ts';
import { Attacker } from './attacker.ts';
import { beginningOf, LINK_GIVEN_UP_MS } from './frames.ts';
import { inNetwork, type Network } from './network.ts';

/** n of every key that a node holds for another, by slot. */
const numbers = ({ world }: Network, name: string, peer: string): Record<string, number> => {
  const slots = world.store(name).get<Slots>(`session/${world.address(peer)}`) ?? {};
  return Object.fromEntries(
    Object.entries(slots).map(([slot, { transaction }]) => [slot, transaction.number]),
  );
};

/** What of the first of two key distributions comes after the second, and why it ends there. */
const LATE: readonly { mode: KtcMode; name: MessageName; end: string }[] = [
  { mode: 'direct', name: 'K1', end: 'CE K1 stale' },
  { mode: 'direct', name: 'K2.direct', end: 'N2 K2.direct stale' },
  { mode: 'direct', name: 'K3.direct', end: 'CE K3.direct unrequested' },
  { mode: 'direct', name: 'K4', end: 'N1 K4 unrequested' },
  { mode: 'indirect', name: 'K1', end: 'CE K1 stale' },
  { mode: 'indirect', name: 'K2.indirect', end: 'N1 K2.indirect unrequested' },
  { mode: 'indirect', name: 'ticket', end: 'N2 ticket stale' },
  { mode: 'indirect', name: 'K3.indirect', end: 'N1 K3.indirect unknown-source' },
];

describe('of two key distributions whose order is turned round the newer stands', () => {
  const held = new Set<MessageName>();
  /** Messages all of whose frames are lost, for who hears a part of one is asked for the rest. */
  const lost = new Set<string>();
  const lose = ({ radioId, frame }: { radioId: string; frame: Uint8Array }): boolean => {
    const decoded = decodeFrame(frame);
    if (radioId === 'attacker' || decoded === null || decoded.type === 'ack') return false;
    const message = `${decoded.src} ${decoded.seq}`;
    if (held.has(beginningOf(frame) as MessageName)) lost.add(message);
    return lost.has(message);
  };

  /** The first run loses `name` for good, the second ends; then comes what was lost. */
  const turnedRound = async (
    network: Network,
    { mode, name, end }: (typeof LATE)[number],
  ): Promise<void> => {
    await network.join('N1', 'N2');
    await network.settle();
    const attacker = new Attacker(network);
    held.add(name);
    await network.session('N1', 'N2', mode);
    expect(network.endings()).toContainEqual(expect.stringMatching(/^N1 ktc.requester.3: un/));
    await network.settle(LINK_GIVEN_UP_MS);
    held.delete(name);
    await network.session('N1', 'N2', mode);
    const late = attacker.heard.find((heard) => heard.name === name) ?? expect.fail();
    const [state, used, since] = [
      network.state(),
      network.tpmUses.length,
      network.sightings.length,
    ];
    await attacker.tellAndWait(late);
    expect(network.refusals(since)).toEqual([end]);
    expect([network.state(), network.tpmUses.length]).toEqual([state, used]);
  };

  test.each(casesOf(LATE, (_, at) => at % 2 === 0))(
    '$name after it was confirmed, $mode',
    (given) =>
      inNetwork({ nodes: 2, lose }, async (network) => {
        held.clear();
        lost.clear();
        await turnedRound(network, given);
        expect(numbers(network, 'N1', 'N2')).toEqual({ current: 2 });
        expect(numbers(network, 'N2', 'N1')).toEqual({ current: 2 });
        expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
      }),
  );

  test.each(casesOf(LATE, (_, at) => at % 2 === 1))(
    '$name before it is confirmed, $mode',
    (given) =>
      inNetwork({ nodes: 2, lose }, async (network) => {
        held.clear();
        lost.clear();
        held.add('C1');
        await turnedRound(network, given);
        expect(numbers(network, 'N1', 'N2')).toEqual({ own: 2 });
        expect(numbers(network, 'N2', 'N1')).toEqual({ theirs: 2 });
        held.clear();
        const { world } = network;
        world.node('N1').actor.send({ type: 'session.confirm', peer: world.address('N2') });
        expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
        expect(numbers(network, 'N1', 'N2')).toEqual({ current: 2 });
        expect(numbers(network, 'N2', 'N1')).toEqual({ current: 2 });
      }),
  );
});
