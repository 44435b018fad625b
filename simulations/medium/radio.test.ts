import { expect, test } from 'vitest';
import type { Activity } from '../../drivers/radio/interface.ts';
import { MODULATION, SYMBOL_MS } from '../../test/radio/scene.ts';
import { HeapClock } from '../heap-clock.ts';
import { seededRandom } from '../seeded-random.ts';
import { type JoinInput, simulatedMedium } from './medium.ts';
import type { Outcome } from './transmission.ts';

const air = () => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const fates: (Outcome | undefined)[] = [];
  medium.transmissions.subscribe(({ outcomes }) => fates.push(outcomes.get('b')));
  const join = (id: string, place: Partial<JoinInput> = {}) =>
    medium.join({ modulation: MODULATION, id, ...place });
  return { clock, medium, fates, join, a: join('a'), b: join('b') };
};

const FRAME = new Uint8Array(50);

/** What sensing finds that begins so many symbols into a frame, and what becomes of the frame. */
const sensedAt = async (symbols: number) => {
  const { clock, fates, a, b } = air();
  await clock.advance(1000);
  a.transmit(FRAME).subscribe();
  await clock.advance(symbols * SYMBOL_MS);
  const seen: Activity[] = [];
  b.senseActivity().subscribe((activity) => seen.push(activity));
  await clock.advance(1000);
  return { ...(seen[0] as Activity), fate: fates[0] };
};

test('a preamble that is sensed before the modem knew of it is detected, and lost', async () => {
  expect(await sensedAt(0.5)).toMatchObject({ detected: true, fate: 'received' });
  for (const symbols of [1.5, 3.5])
    expect(await sensedAt(symbols)).toMatchObject({ detected: true, fate: 'not-listening' });
});

test('a modem that is in the middle of a frame says so, and goes on', async () => {
  for (const symbols of [4.5, 15, 50])
    expect(await sensedAt(symbols)).toMatchObject({
      ...{ detected: false, receiving: true, fate: 'received' },
    });
});

test('sensing tells the power in the channel', async () => {
  const { rssiDbm } = await sensedAt(20);
  expect(rssiDbm).toBeCloseTo(14 - 127.41 + 20.8 * Math.log10(40), 2);
});

test('one who senses anew at each result listens between no two of them for long', async () => {
  const { clock, fates, a, b } = air();
  const results: boolean[] = [];
  const again = (): void => {
    b.senseActivity().subscribe(({ detected }) => {
      results.push(detected);
      if (results.length < 10) again();
    });
  };
  again();
  await clock.advance(SYMBOL_MS);
  a.transmit(FRAME).subscribe();
  await clock.advance(2 * SYMBOL_MS);
  let refusal: string | null = null;
  b.transmit(FRAME).subscribe({ error: ({ code }) => (refusal = code) });
  expect(refusal).toBe('RADIO_BUSY');
  await clock.advance(1000);
  expect(results).toEqual([false, ...Array(9).fill(true)]);
  expect(fates).toEqual(['not-listening']);
  expect(() => b.transmit(FRAME).subscribe()).not.toThrow();
});

test('a tuned radio hears the new channel and not the old', async () => {
  const { clock, fates, join, a, b } = air();
  const other = { ...MODULATION, frequencyHz: 868_300_000, spreadingFactor: 9 };
  b.tune(other).subscribe();
  expect(b.modulation).toEqual(other);
  a.transmit(FRAME).subscribe();
  join('c', { modulation: other }).transmit(FRAME).subscribe();
  await clock.advance(2000);
  expect(fates).toEqual([undefined, 'received']);
});

test('the bandwidth that is called 7.8 kHz is the one that is', async () => {
  const { clock, fates, join, b } = air();
  const called = { ...MODULATION, bandwidthHz: 7_800 };
  b.tune(called).subscribe();
  const chip = join('chip', { modulation: { ...called, bandwidthHz: 500_000 / 64 } });
  chip.transmit(Uint8Array.of(1)).subscribe();
  await clock.advance(10_000);
  expect(fates).toEqual(['received']);
});

test('a radio that turns round slowly misses what needs it before', async () => {
  const fatesAfter = async (turnaroundMs: number) => {
    const { clock, medium, join, a } = air();
    const slow = join('slow', { turnaroundMs });
    const fates: (Outcome | undefined)[] = [];
    medium.transmissions.subscribe(({ outcomes }) => fates.push(outcomes.get('slow')));
    slow.transmit(FRAME).subscribe({ complete: () => a.transmit(FRAME).subscribe() });
    await clock.advance(1000);
    return fates;
  };
  // Three symbols, 3.07 ms, of the preamble are not needed.
  expect(await fatesAfter(3)).toEqual([undefined, 'received']);
  expect(await fatesAfter(3.1)).toEqual([undefined, 'not-listening']);
});

test('networks of other sync words do not hear each other', async () => {
  const { clock, medium, a, b } = air();
  const heard: number[] = [];
  b.receptions.subscribe(({ frame }) => heard.push(frame.length));
  const lorawan = medium.join({ modulation: { ...MODULATION, syncWord: 0x34 } });
  lorawan.transmit(new Uint8Array(3)).subscribe();
  await clock.advance(1000);
  a.transmit(new Uint8Array(4)).subscribe();
  await clock.advance(1000);
  expect(heard).toEqual([4]);
});

test('who cannot sense each other collide between them, who can sense each other do not', async () => {
  const { clock, medium, join } = air();
  const fates: (Outcome | undefined)[] = [];
  medium.transmissions.subscribe(({ outcomes }) => fates.push(outcomes.get('middle')));
  join('middle');
  const at = (x: number) => join(`at ${x}`, { position: { x, y: 0 } });
  /** One sends; the other does so too, unless it senses the first. */
  const meet = async (first: number, second: number) => {
    at(first).transmit(FRAME).subscribe();
    await clock.advance(10);
    const other = at(second);
    other.senseActivity().subscribe(({ detected, receiving }) => {
      if (!detected && !receiving) other.transmit(FRAME).subscribe();
    });
    await clock.advance(1000);
    return fates.splice(0);
  };
  expect(await meet(-100, 100)).toEqual(['collision', 'collision']);
  expect(await meet(60, 100)).toEqual(['received']);
});
