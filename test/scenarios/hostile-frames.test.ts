import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CENTER } from '../../protocol/identity.ts';
import { MESSAGE_NAMES, specOf } from '../../protocol/messages.ts';
import { isExtended } from '../extended.ts';
import { Attacker } from './attacker.ts';
import { inNetwork, isWhole, type Network } from './network.ts';

const anyFrame = fc.uint8Array({ minLength: 1, maxLength: 255 });
/** One that the link takes for somebody of the network, with the start of a message in it. */
const addressed = fc
  .record({
    net: fc.constantFrom(0, 'own' as const),
    dst: fc.constantFrom(CENTER, 2, 3, 0xffff),
    src: fc.oneof(fc.constantFrom(CENTER, 2, 3, 0xff00), fc.nat(0xfffe)),
    name: fc.constantFrom(...MESSAGE_NAMES),
    rest: fc.uint8Array({ maxLength: 120 }),
  })
  .map((forged) => ({ kind: 'addressed' as const, ...forged }));
/** A frame that was heard before, some of its bytes others. */
const mutated = fc
  .record({
    at: fc.nat(),
    flips: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 3 }),
  })
  .map((mutation) => ({ kind: 'mutated' as const, ...mutation }));
const noise = anyFrame.map((frame) => ({ kind: 'any' as const, frame }));
const hostile = fc.array(
  fc.record({ waitMs: fc.nat(500), what: fc.oneof(noise, addressed, mutated) }),
  {
    minLength: 20,
    maxLength: 60,
  },
);
type Hostile = (typeof hostile extends fc.Arbitrary<infer T> ? T : never)[number]['what'];

const frameOf = (what: Hostile, network: Network): Uint8Array => {
  if (what.kind === 'any') return what.frame;
  if (what.kind === 'mutated') {
    const heard = network.transmissions.map(({ frame }) => frame);
    const copy = Uint8Array.from(heard[what.at % heard.length] ?? Uint8Array.of(0x41));
    for (const [at, mask] of what.flips) (copy[at % copy.length] as number) ^= mask;
    return copy;
  }
  const { dst, src, name, rest } = what;
  const net = what.net === 'own' ? netOf(network) : what.net;
  const lead = [0x41, net, dst >> 8, dst & 255, src >> 8, src & 255, rest[0] ?? 0, 0];
  return Uint8Array.from([...lead, specOf(name).id, ...rest]);
};

const netOf = ({ world }: Network): number =>
  world.store('CE').get<{ netId: Uint8Array }>('network')?.netId[0] ?? 0;

test('whatever is on the air while it joins and distributes keys, a network gets there', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom('direct', 'indirect'), async (attack, mode) =>
      inNetwork({ nodes: 2, seed: 'attacked' }, async (network) => {
        const attacker = new Attacker(network);
        let atMs = 0;
        for (const { waitMs, what } of attack) {
          atMs += waitMs;
          network.world.clock.setTimeout(() => attacker.say(frameOf(what, network)), atMs);
        }
        expect(isWhole(await network.mainJob(mode), 2)).toBe(true);
      }),
    ),
    { numRuns: isExtended ? 30 : 4, endOnFailure: true },
  );
});

/** Data under a key nobody knows begins a confirm; of each node with each peer, once in 10 s. */
const mayRenew = (elapsedMs: number): number => 2 * Math.ceil(elapsedMs / 10_000 + 1);

test('whatever is on the air afterwards changes nothing, and costs a TPM next to nothing', () =>
  fc.assert(
    fc.asyncProperty(hostile, async (attack) =>
      inNetwork({ nodes: 2 }, async (network) => {
        const { world } = network;
        await network.mainJob('indirect');
        await world.clock.advance(60_000);
        const attacker = new Attacker(network);
        const [state, seen, used] = [
          network.state(),
          network.sightings.length,
          network.tpmUses.length,
        ];
        const startMs = world.clock.now();
        for (const { what } of attack) await attacker.sayAndWait([frameOf(what, network)], 500);
        await world.clock.advance(60_000);

        expect(network.state()).toBe(state);
        const uses = network.tpmUses.slice(used);
        expect(uses.filter(({ operation }) => operation !== 'derive')).toEqual([]);
        for (const name of ['N1', 'N2'])
          expect(uses.filter(({ device }) => device === name).length).toBeLessThanOrEqual(
            mayRenew(world.clock.now() - startMs),
          );
        expect(uses.filter(({ device }) => device === 'CE')).toEqual([]);
        expect(network.failures(seen)).toEqual([]);
        for (const type of ['node.failed', 'center.failed', 'reading.received'])
          expect(network.news(type, seen)).toEqual([]);

        await network.session('N1', 'N2', 'direct');
        await network.session('N2', 'N1', 'indirect');
        expect(network.failures(seen)).toEqual([]);
        expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
      }),
    ),
    { numRuns: isExtended ? 30 : 4, endOnFailure: true },
  ));
