import { expect, test } from 'vitest';
import { encodeBody } from '../../protocol/body.ts';
import { concat } from '../../protocol/bytes.ts';
import { BROADCAST, CENTER } from '../../protocol/identity.ts';
import { encodeOpen } from '../../protocol/packet.ts';
import { Attacker } from './attacker.ts';
import { beginningOf, overheardIn } from './frames.ts';
import { inNetwork, type Network } from './network.ts';

/** When a node asked for the list, counted from a moment on. */
const askedMs = ({ chronicle }: Network, node: string, sinceMs: number): number[] =>
  chronicle
    .air()
    .filter((row) => row.message === 'roster.get' && row.from === node && row.startMs >= sinceMs)
    .map(({ startMs }) => startMs - sinceMs);

/** A broadcast of this version that the Central Entity never signed. */
const unsigned = ({ world }: Network, version: number) => ({
  net: world.store('CE').get<{ netId: Uint8Array }>('network')?.netId[0] ?? 0,
  src: CENTER,
  dst: BROADCAST,
  payload: concat(
    encodeOpen({ name: 'roster.delta', kid: 0, counter: 1 }, {}),
    encodeBody('roster.delta', {
      version,
      entries: [{ address: 2, state: 'revoked', devId: new Uint8Array(8) }],
    }),
    new Uint8Array(64),
  ),
});

test('a node that lost the broadcast takes the next of the same bytes, and asks for nothing', () => {
  let deafTo = 0;
  const lose = ({ frame }: { frame: Uint8Array }, receiverId: string): boolean => {
    if (deafTo === 0 || receiverId !== 'N1' || beginningOf(frame) !== 'roster.delta') return false;
    deafTo -= 1;
    return true;
  };
  return inNetwork({ nodes: 2, lose }, async (network) => {
    await network.join('N1');
    await network.settle();
    const [joinedMs, before] = [network.world.clock.now(), network.transmissions.length];
    // The link says a broadcast of one frame twice.
    deafTo = 2;
    network.world.switchOn('N2');
    await network.world.until(() => network.centerVersion === 2, 60_000, 'N2 joins');
    await network.world.clock.advance(2_500);
    expect(network.world.rosterVersion('N1')).toBe(1);
    await network.world.clock.advance(1_500);
    expect(network.world.rosterVersion('N1')).toBe(2);
    await network.settle();
    const said = overheardIn(network.transmissions.slice(before))
      .filter(({ name }) => name === 'roster.delta')
      .map(({ payload }) => payload);
    expect(said).toEqual([said[0], said[0], said[0]]);
    expect(askedMs(network, 'N1', joinedMs)).toEqual([]);
  });
});

test('a version that is held costs a node nothing, not even a look at the signature', () =>
  inNetwork({ nodes: 1 }, async (network) => {
    await network.join('N1');
    await network.settle();
    const [before, used] = [network.sightings.length, network.tpmUses.length];
    await new Attacker(network).tellAndWait(unsigned(network, 1));
    expect(network.refusals(before)).toContain('N1 roster.delta held');
    expect(network.tpmUses.slice(used)).toEqual([]);
  }));

test('a later version that nobody signed makes each node ask once in 30 s, at its own time', () =>
  inNetwork({ nodes: 5 }, async (network) => {
    const names = network.world.nodeNames;
    await network.join(...names);
    await network.settle();
    const startMs = network.world.clock.now();
    const attacker = new Attacker(network);
    for (let second = 0; second < 60; second += 1)
      await attacker.tellAndWait(unsigned(network, 99), 1_000);
    const asked = names.map((name) => askedMs(network, name, startMs));
    for (const [first = 0, second = 0, ...more] of asked) {
      expect(first).toBeGreaterThan(400);
      expect(first).toBeLessThan(2_500);
      expect(second - first).toBeGreaterThan(30_000);
      expect(more).toEqual([]);
    }
    const firsts = asked.map(([first = 0]) => first);
    expect(Math.max(...firsts) - Math.min(...firsts)).toBeGreaterThan(200);
  }));
