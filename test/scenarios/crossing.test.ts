import { describe, expect, test } from 'vitest';
import type { KtcMode } from '../../machines/ktc/requester.ts';
import type { MessageName } from '../../protocol/messages.ts';
import { beginningOf, losing } from './frames.ts';
import { inNetwork } from './network.ts';

const MODES: readonly (readonly [KtcMode, KtcMode])[] = [
  ['direct', 'direct'],
  ['direct', 'indirect'],
  ['indirect', 'direct'],
  ['indirect', 'indirect'],
];

describe('two nodes that ask for each other at the same moment', () => {
  test.each(
    MODES.flatMap(([one, other]) =>
      [0, 0.2].map((loss) => ({ one, other, loss, lost: `${loss * 100} %` })),
    ),
  )('both have a session, $one and $other, with $lost of the frames lost', ({ one, other, loss }) =>
    inNetwork({ nodes: 2, loss }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      network.request('N1', world.address('N2'), one);
      network.request('N2', world.address('N1'), other);
      await network.settle();
      const confirmed = network.news('session.confirmed').map(({ device }) => device);
      expect(new Set(confirmed)).toEqual(new Set(['N1', 'N2']));
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'], ['N1', 'N2'])).toEqual([
        'N1→N2',
        'N2→N1',
        'N1→N2',
      ]);
    }),
  );

  test('of two challenges that cross, the higher address drops its own', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      const since = network.sightings.length;
      for (const [from, to] of [
        ['N1', 'N2'],
        ['N2', 'N1'],
      ] as const)
        world.node(from).actor.send({ type: 'session.confirm', peer: world.address(to) });
      await network.settle();
      const ends = network.endings(since);
      expect(ends).toContain('N2 confirm.initiator.2: yielded');
      expect(ends).toContain('N1 confirm.initiator.3: null');
      expect(ends).toContain('N2 confirm.responder.2: null');
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    }));
});

test('an own challenge drops a half-answered one', () =>
  inNetwork({ nodes: 2, lose: losing(['C2'], 3_000) }, async (network) => {
    const { world } = network;
    await network.join('N1', 'N2');
    const confirming = () => network.news('session.established').length > 0;
    network.request('N1', world.address('N2'));
    await world.until(confirming, 60_000, 'N1 has a key');
    await world.clock.advance(1_500);
    world.node('N2').actor.send({ type: 'session.confirm', peer: world.address('N1') });
    await network.settle();
    expect(network.failures()).toContain('N2 confirm.responder.2: superseded');
    expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
  }));

test.each(['direct', 'indirect'] as const)(
  'a node that asks for several at once gets all, one after the other, %s',
  (mode) =>
    inNetwork({ nodes: 4 }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2', 'N3', 'N4');
      for (const to of ['N2', 'N3', 'N4', 'N3']) network.request('N1', world.address(to), mode);
      await network.settle();
      expect(network.failures()).toEqual([]);
      expect(network.news('session.established')).toHaveLength(3);
      expect(await network.readings(['N1', 'N2'], ['N3', 'N1'], ['N1', 'N4'])).toHaveLength(3);
    }),
);

test('what comes for a node while its last word of joining is unanswered does not end its join', () => {
  const acks = { areLost: false };
  const lose = ({ frame }: { frame: Uint8Array }): boolean =>
    acks.areLost && beginningOf(frame) === 'ack';
  return inNetwork({ nodes: 2, lose }, async (network) => {
    const { world } = network;
    await network.join('N2');
    acks.areLost = true;
    world.switchOn('N1');
    await world.clock.advance(8_000);
    network.request('N2', 2);
    await world.clock.advance(20_000);
    expect(network.endings()).toContain('N1 ktc.receiver.3: null');
    expect([world.hasJoined('N1'), network.news('node.failed')]).toEqual([false, []]);
    acks.areLost = false;
    await network.settle();
    expect(world.hasJoined('N1')).toBe(true);
    expect(await network.readings(['N2', 'N1'], ['N1', 'N2'])).toEqual(['N2→N1', 'N1→N2']);
  });
});

test('nodes that are switched on at once all join', () =>
  inNetwork({ nodes: 4 }, async (network) => {
    await network.join('N1', 'N2', 'N3', 'N4');
    expect(network.failures()).toEqual([]);
    const addresses = ['N1', 'N2', 'N3', 'N4'].map((name) => network.world.address(name));
    expect(addresses.toSorted()).toEqual([2, 3, 4, 5]);
    await network.session('N4', 'N1', 'indirect');
    expect(await network.readings(['N4', 'N1'])).toEqual(['N4→N1']);
  }));

describe('a session with somebody who is not there', () => {
  test('who is unknown: the CE says so', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      network.request('N1', 4_000);
      await network.settle();
      expect(network.failures()).toEqual(['N1 ktc.requester.4000: unknown']);
    }));

  test.each([
    ['the CE', 1],
    ['nobody at all', 70_000],
    ['itself', 2],
  ])('%s: it ends with a reason', (_, peer) =>
    inNetwork({ nodes: 1 }, async (network) => {
      await network.join('N1');
      network.request('N1', peer);
      await network.settle();
      expect(network.failures()[0]).toMatch(`N1 ktc.requester.${peer}: un`);
    }),
  );

  const OFF: readonly { mode: KtcMode; lost: readonly MessageName[]; hears: string }[] = [
    { mode: 'direct', lost: [], hears: 'unreachable' },
    { mode: 'direct', lost: ['K1'], hears: 'unreachable' },
    // A ticket is of N1's own carrying: there is nobody who knows more.
    { mode: 'indirect', lost: [], hears: 'unanswered' },
  ];
  test.each(OFF)(
    'who is switched off: it is $hears, and others go on, $mode, lost at first $lost',
    ({ mode, lost, hears }) =>
      inNetwork({ nodes: 3, lose: losing(lost, 6_000) }, async (network) => {
        const { world } = network;
        await network.join('N1', 'N2', 'N3');
        await world.node('N2').stop();
        network.request('N1', world.address('N2'), mode);
        await world.clock.advance(1_000);
        network.request('N3', world.address('N1'), mode);
        await network.settle();
        const told = network.failures().filter((failure) => failure.startsWith('N1'));
        expect(told).toEqual([`N1 ktc.requester.3: ${hears}`]);
        expect(await network.readings(['N3', 'N1'], ['N1', 'N3'])).toEqual(['N3→N1', 'N1→N3']);
      }),
  );
});
