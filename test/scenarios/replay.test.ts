import { expect, test } from 'vitest';
import { decodeFrame } from '../../transports/lora/frame.ts';
import { Attacker } from './attacker.ts';
import { type Overheard, overheardIn } from './frames.ts';
import { inNetwork, type Network } from './network.ts';

const ORDERS: readonly [string, (messages: readonly Overheard[]) => readonly Overheard[]][] = [
  ['in order', (messages) => messages],
  ['backwards', (messages) => messages.toReversed()],
  [
    'interleaved',
    (messages) => [0, 1, 2].flatMap((of) => messages.filter((_, at) => at % 3 === of)),
  ],
];

const isHeard = (network: Network, { dst }: Overheard): boolean =>
  dst === 0xffff || network.nameOf(dst) !== String(dst);

test.each(
  ORDERS.flatMap(([order, arrange]) =>
    (['direct', 'indirect'] as const).map((mode) => ({ order, arrange, mode })),
  ),
)(
  'every message of a finished run is refused when it comes again $order, $mode',
  ({ arrange, mode }) =>
    inNetwork({ nodes: 3 }, async (network) => {
      await network.mainJob(mode);
      const messages = arrange(overheardIn(network.transmissions));
      const state = network.state();
      const attacker = new Attacker(network);
      const [seen, used] = [network.sightings.length, network.tpmUses.length];
      await network.settle(60_000);
      for (const message of messages) {
        const before = network.sightings.length;
        await attacker.sayAndWait(message.frames);
        const refused = network.refusals(before);
        expect(
          refused.length,
          `${message.name} ${message.src}→${message.dst}`,
        ).toBeGreaterThanOrEqual(isHeard(network, message) ? 1 : 0);
      }
      expect(network.state()).toBe(state);
      expect(network.tpmUses.slice(used)).toEqual([]);
      const told = network.sightings.slice(seen).filter(({ kind }) => kind === 'news');
      expect([...new Set(told.map(({ type }) => type))].toSorted()).toEqual(
        expect.arrayContaining(['message.refused']),
      );
      expect(told.filter(({ type }) => !type.startsWith('message.'))).toEqual([]);
      expect(await network.readings(['N1', 'N2'], ['N3', 'N1'])).toEqual(['N1→N2', 'N3→N1']);
    }),
);

test('what an answer caused is refused at the other end, and each message once', () =>
  inNetwork({ nodes: 2 }, async (network) => {
    await network.mainJob('direct');
    await network.settle(60_000);
    const attacker = new Attacker(network);
    const k1 = overheardIn(network.transmissions).findLast(
      ({ name }) => name === 'K1',
    ) as Overheard;
    const before = network.sightings.length;
    await attacker.sayAndWait(k1.frames);
    // The cached K4 goes out again, to a node that waits for nothing.
    expect(network.refusals(before)).toEqual(['CE K1 repeated', 'N2 K4 repeated']);
    expect(k1.frames.every((frame) => decodeFrame(frame)?.type === 'data')).toBe(true);
  }));
