import { readdirSync, readFileSync } from 'node:fs';
import { checkRole } from '../../../config/check/role-text.ts';
import { concat, utf8 } from '../../../protocol/bytes.ts';
import { formatLabel, parseLabel } from '../../../protocol/label.ts';
import { presets } from '../../../protocol/lora/presets.ts';
import { Secret } from '../../../protocol/secret.ts';
import { decodeBackup, encodeBackup } from '../../../runtime/backup/contents.ts';
import { eventsOf } from '../../../transports/inspect/recording.ts';
import { Exchange } from '../../../transports/trace/exchange.ts';
import { channelOf, type TracedFrame } from '../../../transports/trace/frame.ts';
import { decodeLoraTap, encodeLoraTap } from '../../../transports/trace/loratap.ts';
import { readTrace, Troubles } from '../../../transports/trace/reading.ts';
import { TraceWriter } from '../../../transports/trace/writer.ts';
import type { Recorded } from '../recorded.ts';
import { holds, JSON_WORDS, type Target, textOf } from './target.ts';

const traced = (frame: Uint8Array, at: number): TracedFrame => ({
  ...{ atNs: BigInt(at) * 1_000_000n, frame, channel: channelOf(presets.default) },
  ...{ direction: 'received', rssiDbm: -90, snrDb: 7, comments: ['sent by N1'] },
});

/** A whole file of a few frames. */
const pcapng = (frames: readonly Uint8Array[]): Uint8Array => {
  const writer = new TraceWriter({ application: 'ties', comment: 'fuzz' }, 0);
  const header = writer.header();
  const blocks = frames.flatMap((frame, at) => {
    const { channel, packet } = writer.write(traced(frame, at));
    return channel === null ? [packet] : [channel, packet];
  });
  return concat(...header, ...blocks);
};

/** The same as classic pcap, little-endian, in nanoseconds. */
const pcap = (frames: readonly Uint8Array[]): Uint8Array => {
  const words = (...values: readonly number[]): Uint8Array =>
    new Uint8Array(Uint32Array.from(values).buffer);
  const records = frames.map((frame, at) => {
    const bytes = encodeLoraTap(traced(frame, at), 0);
    return concat(words(1, at, bytes.length, bytes.length), bytes);
  });
  return concat(words(0xa1b23c4d, 0x00040002, 0, 0, 65_535, 270), ...records);
};

async function* inTwo(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const half = bytes.length >> 1;
  yield bytes.subarray(0, half);
  yield bytes.subarray(half);
}

/** A whole file goes the way to the screen; what cannot be read in it is told in bounded words. */
const capture = async (bytes: Uint8Array): Promise<unknown> => {
  const troubles = new Troubles();
  const exchange = new Exchange();
  let entries = 0;
  const emit = (): void => {
    entries += 1;
  };
  for await (const frames of readTrace(inTwo(bytes), troubles))
    for (const frame of frames) exchange.enter(frame, emit);
  exchange.end(emit);
  holds(troubles.lines().length <= 101, 'too many troubles');
  return { entries: `${entries}`, troubles: troubles.lines().join() };
};

const label = formatLabel({
  devId: new Uint8Array(12).fill(7),
  accessKey: new Secret(new Uint8Array(16).fill(9)),
});
const EXAMPLES = new URL('../../../config/examples/', import.meta.url);
const roles = readdirSync(EXAMPLES)
  .filter((name) => name.endsWith('.json'))
  .map((name) => Uint8Array.from(readFileSync(new URL(name, EXAMPLES))));
const EVENTS = [
  { type: '@xstate.snapshot', atMs: 1, device: 'N1', sessionId: 'x:1', snapshot: { value: 'a' } },
  { type: '@ties.message', atMs: 2, device: 'N1', to: 2, name: 'J1', bytes: 74 },
].map((event) => utf8(`${JSON.stringify(event)}\n`));
const backup = encodeBackup({
  ...{ role: 'node', device: '0123456789abcdef', format: 1 },
  contents: new Map([['network', Uint8Array.of(0x81, 0xa1, 0x61, 1)]]),
});

/** Files that somebody gives, and what is typed from a label. */
export const fileTargets = ({ frames }: Recorded): readonly Target[] => {
  const few = frames.slice(0, 4);
  return [
    {
      name: 'pcapng',
      take: capture,
      corpus: [pcapng(few.slice(0, 1)), pcapng(few)],
      weight: 30,
    },
    { name: 'pcap', take: capture, corpus: [pcap(few)], weight: 20 },
    {
      name: 'LoRaTap',
      take: decodeLoraTap,
      corpus: frames.map((frame) => encodeLoraTap(traced(frame, 0), 1)),
      weight: 20,
    },
    { name: 'backup', take: decodeBackup, corpus: [backup], weight: 10 },
    {
      name: 'saved events',
      take: (bytes) => eventsOf(textOf(bytes)),
      corpus: EVENTS,
      weight: 15,
      words: JSON_WORDS,
    },
    {
      name: 'label',
      take: (bytes) => parseLabel(textOf(bytes)),
      corpus: [utf8(label)],
      weight: 10,
    },
    {
      name: 'role file',
      take: (bytes) => checkRole(textOf(bytes)).kind,
      corpus: roles,
      weight: 3,
      words: JSON_WORDS,
    },
  ];
};
