import fc from 'fast-check';
import { expect, test } from 'vitest';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { type PresetName, presets } from '../../protocol/lora/presets.ts';
import { digest } from './digest.ts';
import { fragmentsOf, missingFrom } from './fragments.ts';
import { DATA_HEADER_BYTES, type DataFrame } from './frame.ts';
import { MAX_HELD_BYTES, Reassembly } from './reassembly.ts';
import { linkTiming } from './timing.ts';

const route = { type: 'data', ackWanted: false, net: 0xa5, dst: 2, seq: 7 } as const;
const SHORTEST = 123;

/** A fragment of a message that only its source tells from others, the same byte throughout. */
const piece = (src: number, index: number, length: number): DataFrame => {
  return { ...route, src, index, last: 15, payload: new Uint8Array(length).fill(src) };
};

const pieces = (src: number, count: number, length: number): DataFrame[] =>
  Array.from({ length: count }, (_, index) => piece(src, index, length));

const bitmapOf = (reassembly: Reassembly, { src, last }: DataFrame, length: number) => {
  const whole = digest(new Uint8Array(length).fill(src));
  return reassembly.bitmapOf({ ...route, type: 'ackRequest', src, last, digest: whole }, 0);
};

test('what is held after any flood is within the bound', () => {
  const message = fc.record({
    count: fc.integer({ min: 1, max: 16 }),
    length: fc.integer({ min: SHORTEST, max: 246 }),
  });
  fc.assert(
    fc.property(fc.array(message, { minLength: 150, maxLength: 200 }), (messages) => {
      const reassembly = new Reassembly({ memoryMs: 1000, wrapMs: 1000 });
      const floods = messages.map(({ count, length }, src) => pieces(src, count, length));
      for (const frame of floods.flat()) reassembly.accept(frame, 0);
      const held = { partial: 0, delivered: 0 };
      for (const flood of floods) {
        const [{ payload }] = flood as [DataFrame];
        const bitmap = bitmapOf(reassembly, flood[0] as DataFrame, 16 * payload.length);
        const kind = flood.length === 16 ? 'delivered' : 'partial';
        held[kind] += (16 - missingFrom(bitmap, 15).length) * payload.length;
      }
      expect(held.partial).toBeLessThanOrEqual(MAX_HELD_BYTES);
      expect(held.delivered).toBeLessThanOrEqual(MAX_HELD_BYTES);
      expect(held.partial).toBeGreaterThan(MAX_HELD_BYTES / 4);
    }),
    { numRuns: 10 },
  );
});

const honest = fragmentsOf(Uint8Array.from({ length: 600 }, (_, i) => i)).map(
  (payload, index): DataFrame => ({ ...route, src: 1, index, last: 2, payload }),
);

/** A channel that an attacker fills without a break, and how long he does. */
class FloodedChannel {
  readonly reassembly: Reassembly;
  readonly #airtimeMs: (frame: DataFrame) => number;
  nowMs = 0;

  constructor(preset: PresetName) {
    this.reassembly = new Reassembly(linkTiming(presets[preset], 5));
    this.#airtimeMs = ({ payload }) =>
      airtimeMs(presets[preset], DATA_HEADER_BYTES + payload.length);
  }

  /** The messages that become whole meanwhile. */
  say(frames: readonly DataFrame[]): Uint8Array[] {
    return frames.flatMap((frame) => {
      this.nowMs += this.#airtimeMs(frame);
      return this.reassembly.accept(frame, this.nowMs)?.message ?? [];
    });
  }

  has({ src, last, index }: DataFrame): boolean {
    const request = { ...route, type: 'ackRequest', src, last, digest: 0 } as const;
    return ((this.reassembly.bitmapOf(request, this.nowMs) >> index) & 1) === 1;
  }
}

/** How long what is not whole is remembered. */
const rememberedMs = (preset: PresetName): number => {
  const { memoryMs, wrapMs } = linkTiming(presets[preset], 5);
  return Math.min(memoryMs, wrapMs);
};

const presetNames = Object.keys(presets) as PresetName[];

const beginnings: Record<string, (number: number) => DataFrame[]> = {
  short: (number) => pieces(100 + number, 1, SHORTEST),
  long: (number) => pieces(100 + number, 1, 246),
  'one sender’s': (number) => [{ ...piece(9, 0, 200), seq: number & 0xff }],
};

const floods = presetNames.flatMap((preset) =>
  Object.keys(beginnings).map((kind) => [kind, preset] as const),
);

test.each(floods)('%s beginnings without a pause push out nothing (%s)', (kind, preset) => {
  const channel = new FloodedChannel(preset);
  let count = 0;
  const whole = honest.flatMap((frame) => {
    const untilMs = channel.nowMs + 0.9 * rememberedMs(preset);
    while (channel.nowMs < untilMs) channel.say(beginnings[kind]?.(count++) as DataFrame[]);
    return channel.say([frame]);
  });
  expect(Buffer.concat(whole).equals(Buffer.concat(honest.map(({ payload }) => payload)))).toBe(
    true,
  );
  expect(count).toBeGreaterThan(50);
});

/**
 * Time on air until an honest message that has two of three fragments is pushed out. The attacker
 * knows the rule: so that nothing is smaller, he hoards messages of so many pieces first, all of
 * them still remembered, and then makes them grow.
 */
const costMs = (preset: PresetName, messages: number, hoarded: number): number => {
  const channel = new FloodedChannel(preset);
  const growth = Array.from({ length: 15 }, (_, index) =>
    Array.from({ length: messages }, (_, number) => piece(number + 9, index, SHORTEST)),
  );
  channel.say(growth.slice(0, hoarded).flat());
  channel.say(honest.slice(0, 2));
  const forgottenMs = channel.nowMs + rememberedMs(preset);
  for (const frame of growth.slice(hoarded).flat()) {
    channel.say([frame]);
    if (channel.nowMs > forgottenMs) break;
    if (!channel.has(honest[1] as DataFrame)) return channel.nowMs;
  }
  return Number.POSITIVE_INFINITY;
};

test.each(presetNames)('to push out 600 B takes forty times their airtime (%s)', (preset) => {
  const ofMs = (bytes: number) => airtimeMs(presets[preset], DATA_HEADER_BYTES + bytes);
  const atOnce = Math.floor(rememberedMs(preset) / ofMs(SHORTEST));
  const counts = [1, 0.9, 0.8].map((part) => Math.floor(part * atOnce));
  const costs = counts.flatMap((messages) =>
    [5, 6, 7, 9].map((hoarded) => costMs(preset, messages, hoarded)),
  );
  expect(Math.min(...costs)).toBeGreaterThan(40 * 3 * ofMs(200));
  expect(Math.min(...costs)).toBeLessThan(Number.POSITIVE_INFINITY);
});

test('what has just begun finds room among nothing but larger ones', () => {
  const reassembly = new Reassembly({ memoryMs: 1000, wrapMs: 1000 });
  const hoard = Array.from({ length: 60 }, (_, number) => pieces(number + 9, 3, 246)).flat();
  for (const frame of hoard) reassembly.accept(frame, 0);
  const results = honest.map((frame) => reassembly.accept(frame, 0));
  expect(results.map((result) => result?.bitmap)).toEqual([0b001, 0b011, 0b111]);
});
