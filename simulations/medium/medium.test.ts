import { expect, test } from 'vitest';
import type { Radio } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../heap-clock.ts';
import { seededRandom } from '../seeded-random.ts';
import { type MediumInput, simulatedMedium } from './medium.ts';
import type { Transmission } from './transmission.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(length);

/** An air on which `say` sends, and all of which is written down. */
const air = (options: Partial<MediumInput> & { seed?: number } = {}) => {
  const clock = new HeapClock();
  const random = seededRandom(options.seed ?? 1, 'medium');
  const medium = simulatedMedium({ clock, random, ...options });
  const seen: Transmission[] = [];
  medium.transmissions.subscribe((transmission) => seen.push(transmission));
  return {
    clock,
    seen,
    outcomes: () => seen.map(({ outcomes }) => Object.fromEntries(outcomes)),
    join: (id: string, modulation: Modulation = presets.paper, x = 0) =>
      medium.join({ id, modulation, position: { x, y: 0 } }),
    say: (radio: Radio, length: number) => radio.transmit(bytes(length)).subscribe(),
  };
};

test('an observer sees each frame when it ends, with its fate at every receiver', async () => {
  const { clock, seen, join, say } = air();
  const [a] = [join('a'), join('b'), join('c')];
  await clock.advance(100);
  say(a, 10);
  const airtime = airtimeMs(presets.paper, 10);
  await clock.advance(airtime - 0.001);
  expect(seen).toEqual([]);
  await clock.advance(0.002);
  expect(seen).toEqual([
    {
      radioId: 'a',
      modulation: presets.paper,
      strongest: expect.any(Function),
      frame: bytes(10),
      startMs: 100,
      endMs: 100 + airtime,
      airtimeMs: expect.closeTo(airtime, 9),
      outcomes: new Map([
        ['b', 'received'],
        ['c', 'received'],
      ]),
    },
  ]);
});

test('frames that overlap are both lost to a third, and to the senders as half duplex', async () => {
  const { clock, outcomes, join, say } = air();
  const [a, b] = [join('a'), join('b'), join('c')];
  say(a, 50);
  await clock.advance(airtimeMs(presets.paper, 50) - 5);
  say(b, 10);
  await clock.advance(1000);
  expect(outcomes()).toEqual([
    { b: 'half-duplex', c: 'collision' },
    { a: 'half-duplex', c: 'collision' },
  ]);
});

test('frames that only touch do not overlap', async () => {
  const { clock, outcomes, join, say } = air();
  const [a, b] = [join('a'), join('b'), join('c')];
  a.transmit(bytes(50)).subscribe({ complete: () => say(b, 10) });
  await clock.advance(1000);
  expect(outcomes()).toEqual([
    { b: 'received', c: 'received' },
    { a: 'received', c: 'received' },
  ]);
});

test('nor do they if the second begins before the end of the first is dealt with', async () => {
  const { clock, outcomes, join, say } = air();
  const [a, b] = [join('a'), join('b'), join('c')];
  clock.setTimeout(() => say(b, 10), airtimeMs(presets.paper, 50));
  say(a, 50);
  await clock.advance(1000);
  expect(outcomes()).toEqual([
    { b: 'received', c: 'received' },
    { a: 'received', c: 'received' },
  ]);
});

test('another frequency, bandwidth or spreading factor is neither heard nor in the way', async () => {
  const { clock, outcomes, join, say } = air();
  const a = join('a');
  join('b');
  const others = [
    join('frequency', { ...presets.paper, frequencyHz: 868_300_000 }),
    join('bandwidth', { ...presets.paper, bandwidthHz: 250_000 }),
    join('spreading', { ...presets.paper, spreadingFactor: 8 }),
  ];
  for (const radio of [a, ...others]) say(radio, 10);
  await clock.advance(1000);
  expect(outcomes()).toContainEqual({ b: 'received' });
  expect(outcomes().filter((all) => Object.keys(all).length > 0)).toHaveLength(1);
});

test('who is out of reach hears nothing, and hides what it sends from the other end', async () => {
  const { clock, outcomes, join, say } = air();
  const [left, right] = [join('left', presets.paper, -100), join('right', presets.paper, 100)];
  join('middle');
  say(left, 50);
  await clock.advance(5);
  const sensed: boolean[] = [];
  right.senseActivity().subscribe(({ detected }) => sensed.push(detected));
  await clock.advance(5);
  expect(sensed).toEqual([false]);
  say(right, 10);
  await clock.advance(1000);
  expect(outcomes()).toEqual([
    { middle: 'collision', left: 'below-sensitivity' },
    { middle: 'collision', right: 'below-sensitivity' },
  ]);
});

test('a frame that begins while the channel is sensed is not noticed yet', async () => {
  const { clock, join, say } = air();
  const [a, b] = [join('a'), join('b')];
  const sensed: boolean[] = [];
  const sense = () => b.senseActivity().subscribe(({ detected }) => sensed.push(detected));
  sense();
  await clock.advance(1);
  say(a, 10);
  await clock.advance(3);
  sense();
  await clock.advance(3);
  expect(sensed).toEqual([false, true]);
});

test('a nearer radio is heard louder', async () => {
  const { clock, join, say } = air();
  const [a, near, far] = [
    join('a'),
    join('near', presets.paper, 10),
    join('far', presets.paper, 90),
  ];
  const rssi: number[] = [];
  for (const radio of [near, far]) radio.receptions.subscribe((r) => rssi.push(r.rssiDbm));
  say(a, 10);
  await clock.advance(1000);
  expect(rssi[0]).toBeGreaterThan((rssi[1] as number) + 15);
  expect(rssi[1]).toBeGreaterThan(-124);
});

const lossPattern = async (seed: number, loss: number): Promise<string> => {
  const { clock, outcomes, join, say } = air({ seed, loss });
  const a = join('a');
  join('b');
  for (let count = 0; count < 1000; count += 1) {
    say(a, 1);
    await clock.advance(50);
  }
  return outcomes()
    .map(({ b }) => (b === 'loss' ? 'x' : '.'))
    .join('');
};

test('losses have their rate, and come from the seed', async () => {
  const first = await lossPattern(1, 0.3);
  expect(first.replaceAll('.', '').length / first.length).toBeCloseTo(0.3, 1);
  expect(await lossPattern(1, 0.3)).toBe(first);
  expect(await lossPattern(2, 0.3)).not.toBe(first);
  expect(await lossPattern(1, 0)).not.toContain('x');
});

test('a test may lose just one frame at just one receiver', async () => {
  const { clock, outcomes, join, say } = air({
    lose: ({ frame, radioId }, receiver) =>
      radioId === 'a' && frame.length === 10 && receiver === 'c',
  });
  const [a] = [join('a'), join('b'), join('c')];
  a.transmit(bytes(10)).subscribe({ complete: () => say(a, 11) });
  await clock.advance(1000);
  expect(outcomes()).toEqual([
    { b: 'received', c: 'loss' },
    { b: 'received', c: 'received' },
  ]);
});

test('a closed radio is no receiver any more', async () => {
  const { clock, outcomes, join, say } = air();
  const [a, b] = [join('a'), join('b'), join('c')];
  b.close();
  say(a, 10);
  await clock.advance(1000);
  expect(outcomes()).toEqual([{ c: 'received' }]);
});

test('who joins in the middle of a frame does not hear it, and closing spares the frame', async () => {
  const { clock, outcomes, join } = air();
  const [a] = [join('a'), join('b')];
  const faults: Error[] = [];
  a.transmit(bytes(50)).subscribe({ error: (fault) => faults.push(fault) });
  await clock.advance(10);
  join('late');
  a.close();
  await clock.advance(1000);
  expect(faults).toMatchObject([{ code: 'RADIO_CLOSED' }]);
  expect(outcomes()).toEqual([{ b: 'received' }]);
});

test('what a receiver does to its frame nobody else sees', async () => {
  const { clock, seen, join, say } = air();
  const [a, b, c] = [join('a'), join('b'), join('c')];
  const heard: Uint8Array[] = [];
  b.receptions.subscribe(({ frame }) => frame.fill(0));
  c.receptions.subscribe(({ frame }) => heard.push(frame));
  say(a, 4);
  await clock.advance(1000);
  expect([heard[0], seen[0]?.frame]).toEqual([bytes(4), bytes(4)]);
});
