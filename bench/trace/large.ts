import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeFrame } from '../../transports/lora/frame.ts';
import { TraceWriter } from '../../transports/trace/writer.ts';

const CHANNEL = {
  ...{ frequencyHz: 869_525_000, bandwidthHz: 250_000, spreadingFactor: 7 },
  ...{ syncWord: 0x12, codingRateDenominator: 5 },
} as const;
const AS_HEARD = { direction: 'received', rssiDbm: -80, snrDb: 9, comments: [] } as const;
const NODES = 200;
/** Link numbers come round. */
const NUMBERS = 256;
/** From a message to the next one, and to its acknowledgement. */
const STEP_NS = 100_000_000n;
const ACK_NS = 30_000_000n;
const FIRST_NS = 1_700_000_000_000_000_000n;
/** Of a packet's time in its block, high word first. */
const TIME_AT = 12;

/**
 * Write a trace of at least so many bytes: data of some nodes, each frame acknowledged. How many
 * packets. All is one round of every node through its numbers, at later and later times.
 */
export const writeLargeTrace = (path: string, bytes: number): number => {
  const writer = new TraceWriter({ application: 'ties', comment: 'npm run bench:trace' }, 0);
  const packets = roundOf(writer);
  const round = Buffer.concat(packets);
  const file = openSync(path, 'w');
  let written = writeSync(file, Buffer.concat(writer.header()));
  let count = 0;
  for (let atNs = FIRST_NS; written < bytes; count += packets.length) {
    let at = 0;
    for (const [index, { length }] of packets.entries()) {
      const isAck = index % 2 === 1;
      const timeNs = atNs + (isAck ? ACK_NS : 0n);
      round.writeUInt32LE(Number(timeNs >> 32n), at + TIME_AT);
      round.writeUInt32LE(Number(timeNs & 0xffff_ffffn), at + TIME_AT + 4);
      at += length;
      if (isAck) atNs += STEP_NS;
    }
    written += writeSync(file, round);
  }
  closeSync(file);
  return count;
};

const roundOf = (writer: TraceWriter): Uint8Array[] => {
  const frames = Array.from({ length: NODES * NUMBERS }, (_, count) => {
    const [net, src, seq] = [7, 2 + (count % NODES), Math.floor(count / NODES)];
    const payload = new Uint8Array(24).fill(count);
    payload[0] = 27;
    const route = { type: 'data', ackWanted: true, net, src, dst: 1, seq } as const;
    const ack = { type: 'ack', snrMargin: 7, net, dst: src, seq } as const;
    return [
      encodeFrame({ ...route, index: 0, last: 0, payload }),
      encodeFrame({ ...ack, bitmapBytes: 1, bitmap: 1 }),
    ];
  });
  return frames
    .flat()
    .map((frame) => writer.write({ atNs: 0n, frame, channel: CHANNEL, ...AS_HEARD }).packet);
};
