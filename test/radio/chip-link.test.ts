import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import type { Sx1276 } from '../../simulations/sx1276/chip.ts';
import { BROADCAST, type Link } from '../../transports/lora/interface.ts';
import { loraLink } from '../../transports/lora/link.ts';
import { chipAir } from './chips.ts';

const NODES = { a: 1, b: 2, c: 3 } as const;
type Name = keyof typeof NODES;

const payload = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i * 7);

/** Links over chips, and what they received as `from>to bytes`. */
const links = async (loss: number) => {
  const air = chipAir({ loss });
  const open = new Map<Name, Link>();
  const chips = new Map<Name, Sx1276>();
  const received: string[] = [];
  for (const name of Object.keys(NODES) as Name[]) {
    const { radio, chip } = await air.open(name, { modulation: presets.default });
    chips.set(name, chip);
    const random = seededRandom(1, `${name} link`);
    const link = loraLink({ radio, clock: air.clock, random, addresses: [NODES[name]] });
    link.messages.subscribe(({ src, payload: { length } }) =>
      received.push(`${src}>${NODES[name]} ${length}`),
    );
    open.set(name, link);
  }
  const faults: string[] = [];
  const send = (from: Name, dst: number, length: number): void => {
    const message = { net: 0xa5, src: NODES[from], dst, payload: payload(length) };
    (open.get(from) as Link).send(message).subscribe({ error: ({ code }) => faults.push(code) });
  };
  const chip = (name: Name): Sx1276 => chips.get(name) as Sx1276;
  return { ...air, received, faults, send, chip };
};

test.each([0, 0.3])('links over chips deliver each message once, with loss %d', async (loss) => {
  const { clock, received, faults, send, violations } = await links(loss);
  for (const length of [0, 10, 300, 1024]) send('a', NODES.b, length);
  for (const length of [1, 600]) send('b', NODES.a, length);
  send('c', NODES.a, 400);
  await clock.advance(60_000);
  expect(received.toSorted()).toEqual(
    ['1>2 0', '1>2 10', '1>2 300', '1>2 1024', '2>1 1', '2>1 600', '3>1 400'].toSorted(),
  );
  expect([faults, violations()]).toEqual([[], []]);
});

test('a broadcast over chips reaches everybody', async () => {
  const { clock, received, send, violations } = await links(0);
  send('a', BROADCAST, 600);
  await clock.advance(5_000);
  expect(received.toSorted()).toEqual(['1>2 600', '1>3 600']);
  expect(violations()).toEqual([]);
});

test('chips that lose their power amid anything cost no message', async () => {
  const { clock, received, faults, send, chip } = await links(0);
  const lengths = Array.from({ length: 60 }, (_, index) => 10 * (index + 1));
  for (const [index, length] of lengths.entries()) {
    send('a', NODES.b, length);
    await clock.advance(1 + 3 * index);
    chip(index % 2 === 0 ? 'a' : 'b').faults.brownOut();
    await clock.advance(15_000);
  }
  expect(received).toEqual(lengths.map((length) => `1>2 ${length}`));
  expect(faults).toEqual([]);
});
