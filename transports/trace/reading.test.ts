import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inChunks, traced, traceOf } from '../../test/trace/frames.ts';
import type { TracedFrame } from './frame.ts';
import { encodeLoraTap } from './loratap.ts';
import { readTrace, Troubles } from './reading.ts';

const read = async (bytes: Uint8Array, chunkBytes?: number) => {
  const troubles = new Troubles();
  const frames: TracedFrame[] = [];
  for await (const batch of readTrace(inChunks(bytes, chunkBytes), troubles)) frames.push(...batch);
  return { frames, told: troubles.lines(), areDamage: troubles.areDamage };
};

const OTHER = { ...traced().channel, spreadingFactor: 9 };
const FRAMES = [
  traced({ comments: ['sent by N1', 'lost at N2: collision'] }),
  traced({ atNs: 1_700_000_000_200_000_000n, direction: 'sent', rssiDbm: null, snrDb: null }),
  traced({ atNs: 1_700_000_000_300_000_001n, channel: OTHER, frame: new Uint8Array(255).fill(7) }),
];
const asRead = (frame: TracedFrame): object => ({
  ...frame,
  frame: Buffer.from(frame.frame),
  channel: { ...frame.channel, codingRateDenominator: null },
});

/** A pcapng block in the given byte order. */
const block = (type: number, body: Uint8Array, little: boolean): Buffer => {
  const bytes = Buffer.alloc(12 + body.length);
  const put = (value: number, at: number) =>
    little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  put(type, 0);
  put(bytes.length, 4);
  bytes.set(body, 8);
  put(bytes.length, bytes.length - 4);
  return bytes;
};

const words = (little: boolean, ...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries())
    if (little) bytes.writeUInt32LE(value, 4 * at);
    else bytes.writeUInt32BE(value, 4 * at);
  return bytes;
};

const halves = (little: boolean, ...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [at, value] of values.entries())
    if (little) bytes.writeUInt16LE(value, 2 * at);
    else bytes.writeUInt16BE(value, 2 * at);
  return bytes;
};

const section = (little: boolean): Buffer =>
  block(
    0x0a0d0d0a,
    Buffer.concat([words(little, 0x1a2b3c4d), halves(little, 1, 0), words(little, 0, 0)]),
    little,
  );

const onInterface = (little: boolean, linkType = 270, options = Buffer.alloc(0)): Buffer =>
  block(1, Buffer.concat([halves(little, linkType, 0), words(little, 0), options]), little);

const TAPPED = Buffer.concat([encodeLoraTap(traced(), 0), Buffer.alloc(2)]);
const LENGTH = 18;
const packet = (little: boolean, high: number, low: number): Buffer =>
  block(6, Buffer.concat([words(little, 0, high, low, LENGTH, LENGTH), TAPPED]), little);

test.each([1, 7, 64, 1000, 1e6])(
  'frames are read as they were written, in chunks of %i bytes',
  async (chunk) => {
    const { frames, told } = await read(traceOf(FRAMES), chunk);
    expect(frames.map((frame) => ({ ...frame, frame: Buffer.from(frame.frame) }))).toEqual(
      FRAMES.map(asRead),
    );
    expect(told).toEqual([]);
  },
);

test.each([true, false])(
  'foreign pcapng in either byte order, microseconds without an option (little: %s)',
  async (little) => {
    const { frames, told } = await read(
      Buffer.concat([section(little), onInterface(little), packet(little, 1, 5)]),
    );
    expect(frames.map(({ atNs }) => atNs)).toEqual([(2n ** 32n + 5n) * 1000n]);
    expect(told).toEqual([]);
  },
);

test.each([
  { what: '10⁻³ s', resolution: 3, atNs: 5_000_000n },
  { what: '2⁻¹⁰ s', resolution: 0x8a, atNs: 4_882_812n },
  { what: 'seconds', resolution: 0, atNs: 5_000_000_000n },
])('times in $what are read', async ({ resolution, atNs }) => {
  const options = Buffer.concat([halves(true, 9, 1), Buffer.of(resolution, 0, 0, 0)]);
  const bytes = Buffer.concat([section(true), onInterface(true, 270, options), packet(true, 0, 5)]);
  expect((await read(bytes)).frames.map((frame) => frame.atNs)).toEqual([atNs]);
});

test('an offset of the interface is added', async () => {
  const seconds = Buffer.alloc(8);
  seconds.writeBigInt64LE(-3n);
  const options = Buffer.concat([halves(true, 14, 8), seconds]);
  const bytes = Buffer.concat([section(true), onInterface(true, 270, options), packet(true, 0, 0)]);
  expect((await read(bytes)).frames[0]?.atNs).toBe(-3_000_000_000n);
});

test.each([
  { what: 'microseconds', magic: 0xa1b2c3d4, atNs: 7_000_005_000n },
  { what: 'nanoseconds', magic: 0xa1b23c4d, atNs: 7_000_000_005n },
])('classic pcap in $what, both byte orders', async ({ magic, atNs }) => {
  for (const little of [true, false]) {
    const head = [words(little, magic), halves(little, 2, 4), words(little, 0, 0, 65_535, 270)];
    const record = [words(little, 7, 5, LENGTH, LENGTH), TAPPED.subarray(0, LENGTH)];
    const bytes = Buffer.concat([...head, ...record, ...record]);
    expect((await read(bytes, 9)).frames.map((frame) => frame.atNs)).toEqual([atNs, atNs]);
  }
});

test('a simple packet has no time, and an obsolete one is read', async () => {
  const simple = block(3, Buffer.concat([words(true, LENGTH), TAPPED]), true);
  const obsolete = block(2, Buffer.concat([words(true, 0, 0, 9, LENGTH, LENGTH), TAPPED]), true);
  const { frames, told } = await read(
    Buffer.concat([section(true), onInterface(true), obsolete, simple]),
  );
  expect(frames.map(({ atNs }) => atNs)).toEqual([9_000n, 9_000n]);
  expect(told).toEqual(['packets without a time']);
});

test('other link types are named and left out', async () => {
  const bytes = Buffer.concat([
    section(true),
    onInterface(true, 1),
    packet(true, 0, 0),
    packet(true, 0, 0),
  ]);
  expect(await read(bytes)).toEqual({
    frames: [],
    told: ['packets of link type ETHERNET (1), left out (2 times)'],
    areDamage: false,
  });
});

test('a trace that was cut off opens up to its last whole block, wherever it was cut', async () => {
  const bytes = traceOf(FRAMES);
  const whole = traceOf(FRAMES.slice(0, 2)).length;
  for (let length = whole - 20; length < bytes.length; length += 1) {
    const { frames, told } = await read(bytes.subarray(0, length));
    if (length >= whole) expect(frames).toHaveLength(2);
    const isBetween = told.length === 0;
    if (!isBetween) expect(told[0]).toMatch(/^cut off: the last \d+ bytes are no whole block/);
  }
});

test('packets earlier than the one before are told, and kept', async () => {
  const { frames, told, areDamage } = await read(traceOf(FRAMES.toReversed()));
  expect(frames).toHaveLength(3);
  expect(told).toEqual(['packets earlier than the one before (2 times)']);
  expect(areDamage).toBe(false);
});

test('behind damage another section is found', async () => {
  const bytes = traceOf(FRAMES);
  const damaged = Uint8Array.from(bytes);
  // The length in front of the first channel.
  damaged.set([3, 0, 0, 0], traceOf([]).length + 4);
  const { frames, told } = await read(Buffer.concat([damaged, bytes]), 50);
  expect(frames).toHaveLength(3);
  expect(told).toEqual([
    `damage: nothing more is read before the next section (at byte ${traceOf([]).length})`,
  ]);
});

test('a block longer than any is passed over, without holding it', async () => {
  const length = 32 * 1024 * 1024;
  const huge = words(true, 0x0bad, length);
  async function* chunks() {
    yield Buffer.concat([section(true), onInterface(true), huge]);
    for (let left = length - 8; left > 0; left -= 1024 * 1024)
      yield Buffer.alloc(Math.min(left, 1024 * 1024));
    yield packet(true, 0, 1);
  }
  const troubles = new Troubles();
  let frames = 0;
  for await (const batch of readTrace(chunks(), troubles)) frames += batch.length;
  expect(frames).toBe(1);
  expect(troubles.lines()[0]).toMatch(/^a block of 33554432 bytes, passed over/);
});

test.each([
  { what: 'nothing', bytes: '', told: 'empty' },
  { what: 'three bytes', bytes: '0a0d0d', told: 'too short for pcapng or pcap' },
  { what: 'gzip', bytes: '1f8b0800000000', told: 'compressed: gunzip it first' },
  { what: 'text', bytes: '68616c6c6f', told: 'neither pcapng nor pcap' },
])('$what is named', async ({ bytes, told }) => {
  const result = await read(Buffer.from(bytes, 'hex'));
  expect(result.told[0]).toContain(told);
  expect(result.areDamage).toBe(true);
});

test.each([
  { what: 'of no interface', body: words(true, 9, 0, 0, 0, 0), told: 'interface 9' },
  {
    what: 'longer than its block',
    body: words(true, 0, 0, 0, 99, 99),
    told: 'longer than its block',
  },
  { what: 'too short', body: words(true, 0), told: 'too short' },
])('a packet $what is left out, and the next one read', async ({ body, told }) => {
  const bytes = [section(true), onInterface(true), block(6, body, true), packet(true, 0, 0)];
  const result = await read(Buffer.concat(bytes));
  expect(result.frames).toHaveLength(1);
  expect(result.told[0]).toContain(told);
});

test('whatever bytes are changed, cut or doubled: it never throws, and reads no more than there was', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
      fc.nat(),
      fc.integer({ min: 20, max: 400 }),
      async (changes, cut, chunk) => {
        const bytes = Buffer.from(Buffer.concat([traceOf(FRAMES), traceOf(FRAMES, 1)]));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const { frames } = await read(bytes.subarray(0, cut % (bytes.length + 1)), chunk);
        expect(frames.length).toBeLessThanOrEqual(6);
      },
    ),
    { numRuns: 100, endOnFailure: true },
  ));

test('a hostile number of kinds of trouble takes no more lines', () => {
  const troubles = new Troubles();
  for (let at = 0; at < 1000; at += 1) troubles.note(`trouble ${at}`, at);
  expect(troubles.lines()).toHaveLength(101);
  expect(troubles.lines().at(-1)).toBe('and 900 others');
});
