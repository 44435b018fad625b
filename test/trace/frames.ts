import type { TracedFrame } from '../../transports/trace/frame.ts';
import { TraceWriter } from '../../transports/trace/writer.ts';

export const CHANNEL = {
  ...{ frequencyHz: 869_525_000, bandwidthHz: 250_000, spreadingFactor: 7 },
  ...{ syncWord: 0x12, codingRateDenominator: 5 },
} as const;

/** A frame of a trace; what is not said is as it mostly is. */
export const traced = (more: Partial<TracedFrame> = {}): TracedFrame => ({
  ...{ atNs: 1_700_000_000_123_456_789n, frame: Uint8Array.of(1, 2, 3), channel: CHANNEL },
  ...{ direction: 'received', rssiDbm: -80, snrDb: 9.25, comments: [] },
  ...more,
});

/** The bytes of a trace of these frames. */
export const traceOf = (frames: readonly TracedFrame[], version: 0 | 1 = 0): Uint8Array => {
  const writer = new TraceWriter({ application: 'ties', comment: 'a test' }, version);
  const header = writer.header();
  const blocks = frames.flatMap((frame) => {
    const { channel, packet } = writer.write(frame);
    return channel === null ? [packet] : [channel, packet];
  });
  return Buffer.concat([...header, ...blocks]);
};

/** These bytes as they may come from a disk: in pieces of such a length. */
export async function* inChunks(
  bytes: Uint8Array,
  chunkBytes = bytes.length || 1,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
}
