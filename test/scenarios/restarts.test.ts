import { expect, test, vi } from 'vitest';
import type { Sealable } from '../../protocol/envelope.ts';
import type { MessageName } from '../../protocol/messages.ts';
import type { Roster } from '../../protocol/roster.ts';
import type { Secret } from '../../protocol/secret.ts';
import { seededRandom, unitInterval } from '../../simulations/seeded-random.ts';
import type { WorldOptions } from '../../simulations/world.ts';
import { isExtended } from '../extended.ts';
import { beginningOf } from './frames.ts';
import { inNetwork, type Network } from './network.ts';

/** What was sealed in one network, by key and nonce. */
const sealed = vi.hoisted(() => ({ byNonce: new Map<string, string>(), twice: [] as string[] }));

vi.mock('../../protocol/envelope.ts', async (original) => {
  const envelope = await original<typeof import('../../protocol/envelope.ts')>();
  return {
    ...envelope,
    seal: (content: Sealable<MessageName>, key: Secret): Uint8Array => {
      const payload = envelope.seal(content, key);
      const { name, src, dst, epoch, counter } = content;
      const nonce = `${Buffer.from(key.reveal()).toString('hex')} ${name} ${src} ${dst} ${epoch} ${counter}`;
      const text = Buffer.from(payload).toString('hex');
      if ((sealed.byNonce.get(nonce) ?? text) !== text) sealed.twice.push(nonce);
      sealed.byNonce.set(nonce, text);
      return payload;
    },
  };
});

const OFF_MS = 4_000;

/** Cut power and give it back; the operator opens a center's join window again. */
const interrupt = async ({ world }: Network, name: string, offMs = OFF_MS): Promise<void> => {
  if (!world.isOn(name)) return;
  await world.powerOff(name);
  world.clock.setTimeout(() => {
    const { actor, role } = world.switchOn(name);
    if (role === 'center') actor.on('center.ready', () => actor.send({ type: 'window.open' }));
  }, offMs);
};

/** Join, a session each way of the roles, and readings; whatever is cut meanwhile. */
const live = async (network: Network): Promise<void> => {
  const { world } = network;
  for (const name of world.nodeNames) world.switchOn(name);
  await network.settle(300_000);
  for (const [from, peer] of [
    ['N1', 3],
    ['N2', 2],
  ] as const) {
    if (world.isOn(from)) network.request(from, peer);
    await network.settle(150_000);
  }
  await network.settle(600_000);
};

/** The state in which a network ends that nothing befell. */
const expectWhole = async (network: Network): Promise<void> => {
  const { world } = network;
  const roster = world.store('CE').get<Roster>('roster');
  expect(roster?.entries.map(({ address, state }) => [address, state])).toEqual([
    [2, 'active p256'],
    [3, 'active p256'],
  ]);
  expect(world.store('CE').entries('member/')).toHaveLength(2);
  for (const [name, address] of [
    ['N1', 2],
    ['N2', 3],
  ] as const) {
    expect(world.address(name)).toBe(address);
    expect(world.node(name).actor.getSnapshot().matches({ running: 'member' })).toBe(true);
    expect(network.isCurrent(name)).toBe(true);
  }
  const since = network.sightings.length;
  for (const mode of ['direct', 'indirect'] as const) {
    await network.session('N1', 'N2', mode);
    await network.session('N2', 'N1', mode);
  }
  expect(network.news('session.established', since)).toHaveLength(4);
  expect(new Set(await network.readings(['N1', 'N2'], ['N2', 'N1']))).toEqual(
    new Set(['N1→N2', 'N2→N1']),
  );
  expect(sealed.twice).toEqual([]);
};

/** At the first frame of this message, before it has arrived or after. */
const atFirst =
  (name: MessageName, act: (network: Network) => Promise<void>) =>
  (network: Network): void => {
    const watching = network.world.medium.transmissions.subscribe(({ frame }) => {
      if (beginningOf(frame) !== name) return;
      watching.unsubscribe();
      network.world.clock.setTimeout(() => act(network), 1);
    });
  };

const lives = (options: WorldOptions, befall: (network: Network) => void): Promise<void> =>
  inNetwork({ nodes: 2, ...options }, async (network) => {
    sealed.byNonce.clear();
    befall(network);
    await live(network);
    await expectWhole(network);
  });

const MOMENTS: readonly MessageName[] = [
  ...(['J1', 'J2', 'J3', 'J4', 'J5', 'ack', 'roster.delta'] as const),
  ...([
    'peer.query',
    'peer.info',
    'K1',
    'K2.direct',
    'K3.direct',
    'K4',
    'C1',
    'C2',
    'data',
  ] as const),
];

/** One of them each time; with TIES_TESTS=extended each of them, and all at once, every time. */
const VICTIMS: readonly (readonly string[])[] = [['N1'], ['CE'], ['N2'], ['CE', 'N1', 'N2']];
const cases = MOMENTS.flatMap((message, at) =>
  VICTIMS.filter((_, victim) => isExtended || victim === at % VICTIMS.length).map(
    (names) => [message, names] as const,
  ),
);

test.each(cases)('at the first %s %j lose power: all ends as if they had not', (message, names) =>
  lives(
    {},
    atFirst(message, async (network) => {
      for (const name of names) await interrupt(network, name);
    }),
  ),
);

test.each(isExtended ? [1, 2, 3, 4, 5, 6] : [1, 2])(
  'devices lose power again and again while three frames in ten are lost, %i',
  (seed) =>
    lives({ loss: 0.3, seed }, (network) => {
      const random = seededRandom(seed, 'cuts');
      for (let cut = 0; cut < 12; cut += 1) {
        const name = ['CE', 'N1', 'N2'][cut % 3] as string;
        const atMs = 600_000 * unitInterval(random);
        const offMs = 20_000 * unitInterval(random);
        network.world.clock.setTimeout(() => interrupt(network, name, offMs), atMs);
      }
    }),
);
