import { expect, test } from 'vitest';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { FRAME_MS, fatesOf, MODULATION, SYMBOL_MS } from '../../test/radio/scene.ts';
import { HeapClock } from '../heap-clock.ts';
import { seededRandom, unitInterval } from '../seeded-random.ts';
import { type MediumInput, simulatedMedium } from './medium.ts';
import { orthogonal } from './rejection.ts';

const { powerDbm } = MODULATION;
const HEARD = 'received';
const LOST = 'collision';

test('two frames of the same power from the same place destroy each other', async () => {
  expect(await fatesOf([{ atMs: 0 }, { atMs: 0 }])).toEqual([LOST, LOST]);
});

test.each([
  [5.99, LOST],
  [6.01, HEARD],
])('the stronger by %f dB is %s, whichever began', async (moreDb, fate) => {
  const stronger = { atMs: 10, powerDbm: powerDbm + moreDb };
  expect(await fatesOf([stronger, { atMs: 10 }])).toEqual([fate, LOST]);
  expect(await fatesOf([{ ...stronger, atMs: 0 }, { atMs: 30 }])).toEqual([fate, LOST]);
  // It begins in the preamble of the weaker: the receiver was not locked on that yet.
  expect(await fatesOf([{ atMs: 8 }, stronger])).toEqual([LOST, fate]);
});

test('a stronger frame that begins after the header of another breaks that, and is lost', async () => {
  const frames = [{ atMs: 0 }, { atMs: 25 * SYMBOL_MS, powerDbm: powerDbm + 20 }];
  expect(await fatesOf(frames)).toEqual([LOST, LOST]);
});

test('a receiver that lost the header of a frame hears another, before and as that ends', async () => {
  const long = { atMs: 0, lengthBytes: 100 };
  const spoiler = { atMs: 13 * SYMBOL_MS, lengthBytes: 1 };
  const stranger = { ...spoiler, spreadingFactor: 8, powerDbm: powerDbm + 20 };
  const endMs = airtimeMs(MODULATION, 100);
  for (const [by, atMs] of [
    [spoiler, 45 * SYMBOL_MS],
    [stranger, endMs - 8 * SYMBOL_MS],
  ] as const) {
    const louder = { atMs, lengthBytes: 10, powerDbm: powerDbm + 10 };
    const fates = await fatesOf([long, louder, by]);
    expect(fates.slice(0, 2)).toEqual([LOST, HEARD]);
    expect((await fatesOf([long, louder]))[1]).toBe(LOST);
  }
});

test('the capture ratio may be set, and infinite nothing captures', async () => {
  const frames = [{ atMs: 0 }, { atMs: 0, powerDbm: powerDbm - 3 }];
  expect(await fatesOf(frames, { captureDb: 2.9 })).toEqual([HEARD, LOST]);
  expect(await fatesOf(frames, { captureDb: 3.1 })).toEqual([LOST, LOST]);
  const faint = [{ atMs: 0 }, { atMs: 0, powerDbm: powerDbm - 60 }];
  expect(await fatesOf(faint)).toEqual([HEARD, 'below-sensitivity']);
  const captureDb = Number.POSITIVE_INFINITY;
  expect((await fatesOf(faint, { captureDb }))[0]).toBe(LOST);
});

test('interferers add up, but only while they are on the air together', async () => {
  const weak = { powerDbm: powerDbm - 8 };
  const strong = { atMs: 0, lengthBytes: 200 };
  const [one, two] = [
    { ...weak, atMs: 50, lengthBytes: 10 },
    { ...weak, atMs: 150, lengthBytes: 10 },
  ];
  // 8 dB below each, 5 dB below both together.
  expect((await fatesOf([strong, one, two]))[0]).toBe(HEARD);
  expect((await fatesOf([strong, one, { ...two, atMs: 51 }]))[0]).toBe(LOST);
});

/** An interferer that ends so many symbols after the first bit of a frame. */
const interfered = (symbols: number, preambleSymbols = 8) =>
  fatesOf([{ atMs: 0 }, { atMs: FRAME_MS - symbols * SYMBOL_MS, preambleSymbols }]);

test('of a preamble the last five symbols are needed', async () => {
  expect(await interfered(2.99)).toEqual([LOST, HEARD]);
  expect(await interfered(3.01)).toEqual([LOST, LOST]);
  expect(await interfered(6.99, 12)).toEqual([LOST, HEARD]);
  expect(await interfered(7.01, 12)).toEqual([LOST, LOST]);
});

test('a spreading factor disturbs another as the matrix says', async () => {
  const other = { atMs: 0, spreadingFactor: 9, lengthBytes: 50 };
  // Croce et al.: SF7 bears SF9 up to 9 dB stronger.
  const [below, above] = [
    { ...other, powerDbm: powerDbm + 8.99 },
    { ...other, powerDbm: powerDbm + 9.01 },
  ];
  expect(await fatesOf([{ atMs: 0 }, below])).toEqual([HEARD, undefined]);
  expect(await fatesOf([{ atMs: 0 }, above])).toEqual([LOST, undefined]);
  expect(await fatesOf([{ atMs: 0 }, above], { rejection: orthogonal })).toEqual([
    HEARD,
    undefined,
  ]);
});

const FRAMES = 3000;

/** Share of frames that arrive at one receiver from many that send at random. */
const aloha = async (meanGapMs: number, spreadM: number, options: Partial<MediumInput> = {}) => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium'), ...options });
  const random = seededRandom(2, 'senders');
  medium.attach({ id: 'base' }).listen(MODULATION);
  let [said, heard] = [0, 0];
  medium.transmissions.subscribe(({ outcomes }) => {
    said += 1;
    if (outcomes.get('base') === HEARD) heard += 1;
  });
  const frame = new Uint8Array(50);
  let atMs = 0;
  for (let count = 0; count < FRAMES; count += 1) {
    atMs -= meanGapMs * Math.log(1 - unitInterval(random));
    const x = 1 + spreadM * unitInterval(random);
    const antenna = medium.attach({ position: { x, y: 0 } });
    clock.setTimeout(() => antenna.transmit(frame, presets.paper, () => {}), atMs);
  }
  await clock.runUntil(() => said === FRAMES);
  return heard / said;
};

/** Abramson 1970, less the three symbols of a preamble that are not needed. */
const pureAloha = (load: number): number => Math.exp(-load * (2 - (3 * SYMBOL_MS) / FRAME_MS));

test.each([0.2, 0.7])('at a load of %f, side by side, it is pure ALOHA', async (load) => {
  expect(Math.abs((await aloha(FRAME_MS / load, 0)) - pureAloha(load))).toBeLessThan(0.03);
});

test('with capture off it is pure ALOHA wherever they are, and with capture more arrives', async () => {
  const captureDb = Number.POSITIVE_INFINITY;
  const without = await aloha(FRAME_MS / 0.5, 90, { captureDb });
  expect(Math.abs(without - pureAloha(0.5))).toBeLessThan(0.03);
  expect(await aloha(FRAME_MS / 0.5, 90)).toBeGreaterThan(without + 0.05);
});
