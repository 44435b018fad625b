import { expect, test } from 'vitest';
import { CHANNEL, traced } from '../../test/trace/frames.ts';
import { encodeFrame, type Frame } from '../lora/frame.ts';
import { type Entry, Exchange, type MessageEntry } from './exchange.ts';
import type { TracedFrame } from './frame.ts';

const ROUTE = { net: 7, src: 2, dst: 1, seq: 5 } as const;
/** peer.query with counter 9. */
const QUERY = Uint8Array.of(8, 0, 0, 0, 0, 9, 99);
const fragment = (more: object = {}): Frame =>
  ({
    type: 'data',
    ackWanted: true,
    ...ROUTE,
    index: 0,
    last: 0,
    payload: QUERY,
    ...more,
  }) as Frame;
const ack = (more: object = {}): Frame =>
  ({
    type: 'ack',
    snrMargin: 3,
    net: 7,
    dst: 2,
    seq: 5,
    bitmapBytes: 1,
    bitmap: 1,
    ...more,
  }) as Frame;

/** Frames a second apart. */
const entriesOf = (frames: readonly (Frame | Partial<TracedFrame>)[]): Entry[] => {
  const exchange = new Exchange();
  const entries: Entry[] = [];
  const emit = (entry: Entry): void => void entries.push(entry);
  for (const [at, frame] of frames.entries()) {
    const atNs = BigInt(at) * 1_000_000_000n;
    const more = 'type' in frame ? { frame: encodeFrame(frame) } : frame;
    exchange.enter(traced({ atNs, ...more }), emit);
  }
  exchange.end(emit);
  return entries;
};
const messagesOf = (frames: readonly (Frame | Partial<TracedFrame>)[]): MessageEntry[] =>
  entriesOf(frames).filter((entry) => entry.kind === 'message');

test('a message and its acknowledgement are one entry, with name, counter and parties', () => {
  expect(entriesOf([fragment(), ack()])).toMatchObject([
    {
      ...{ kind: 'message', message: 'peer.query', counter: 9, from: '2', to: 'CE', acks: 1 },
      ...{ frames: 2, bytes: 15 + 6, retransmissions: 0, missing: [], skipped: 0, startMs: 0 },
    },
  ]);
});

test('times count from the first bit, airtime as the modulation says', () => {
  const [entry] = messagesOf([fragment()]);
  // 15 B at SF7/250 kHz.
  expect(entry?.airtimeMs).toBeCloseTo(23.168, 3);
  expect(entry?.endMs).toBeCloseTo(23.168, 3);
});

test('fragments that were never heard are a gap, so are numbers that were skipped', () => {
  const entries = messagesOf([
    fragment(),
    fragment({ seq: 8, last: 2, index: 1 }),
    fragment({ seq: 108 }),
    fragment({ seq: 110, dst: 3 }),
  ]);
  expect(entries.map(({ missing, skipped }) => ({ missing, skipped }))).toEqual([
    { missing: [], skipped: 0 },
    { missing: [0, 2], skipped: 2 },
    // So many at once are no gap: the sender began anew.
    { missing: [], skipped: 0 },
    { missing: [], skipped: 1 },
  ]);
  expect(entries[1]).toMatchObject({ message: null, counter: null });
});

test('a sender in two networks skips nothing; while joining and after, it is the same', () => {
  const skipped = (first: number, second: number) =>
    messagesOf([fragment({ net: first, src: 1 }), fragment({ net: second, src: 1, seq: 8 })])[1]
      ?.skipped;
  expect([skipped(7, 9), skipped(0, 9), skipped(9, 0)]).toEqual([0, 2, 2]);
});

test('names and losses come from the comments of a simulation', () => {
  const comments = ['sent by N 1', 'lost at CE: half-duplex', 'lost at N2: collision'];
  const [entry, answer] = messagesOf([
    { frame: encodeFrame(fragment({ src: 2 })), comments },
    fragment({ src: 1, dst: 2 }),
  ]);
  expect(entry).toMatchObject({
    from: 'N 1',
    losses: [
      { receiver: 'CE', cause: 'half-duplex' },
      { receiver: 'N2', cause: 'collision' },
    ],
  });
  expect(answer?.to).toBe('N 1');
});

test.each([
  { what: 'everybody', dst: 0xffff, to: 'all' },
  { what: 'a joiner', dst: 65_300, to: 'joiner 65300' },
  { what: 'a node', dst: 17, to: '17' },
])('$what has a name', ({ dst, to }) => {
  expect(messagesOf([fragment({ dst })])[0]?.to).toBe(to);
});

test('what is no message of ours is told as a stray', () => {
  const lorawan = { ...CHANNEL, syncWord: 0x34 };
  const strays = entriesOf([
    { frame: Uint8Array.of(0x00, 1, 2), channel: lorawan },
    { frame: Uint8Array.of(0x40, 1, 2), channel: lorawan },
    { frame: Uint8Array.of(0xff) },
    { frame: new Uint8Array(0) },
    ack({ dst: 9, seq: 44 }),
  ]);
  expect(strays.map((entry) => entry.kind === 'stray' && entry.what)).toEqual([
    'LoRaWAN join request',
    'LoRaWAN unconfirmed up',
    'a frame that is not of TIES',
    'an empty frame',
    'acknowledgement to 9 of number 44, which was not heard',
  ]);
});

test.each([
  { what: 'a spreading factor', channel: { ...CHANNEL, spreadingFactor: 255 } },
  { what: 'a bandwidth', channel: { ...CHANNEL, bandwidthHz: 0 } },
])('$what that no modem has takes no time', ({ channel }) => {
  expect(messagesOf([{ frame: encodeFrame(fragment()), channel }])[0]?.airtimeMs).toBe(0);
});

test('after a silence of half a minute the same number is another message', () => {
  const again = { frame: encodeFrame(fragment()), atNs: 90_000_000_000n };
  expect(messagesOf([fragment(), again])).toHaveLength(2);
  expect(messagesOf([fragment(), { ...again, atNs: 20_000_000_000n }])).toHaveLength(1);
});

test('a trace whose clock stands still is told as it comes, not kept', () => {
  const exchange = new Exchange();
  let told = 0;
  for (let at = 0; at < 10_000; at += 1) {
    const frame = encodeFrame(fragment({ seq: at & 0xff, src: 2 + (at >> 8) }));
    exchange.enter(traced({ frame, atNs: 0n }), () => {
      told += 1;
    });
  }
  expect(told).toBeGreaterThan(5_000);
});
