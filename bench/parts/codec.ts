import { decodeBody, encodeBody } from '../../protocol/body.ts';
import { type DataFrame, decodeFrame, encodeFrame } from '../../transports/lora/frame.ts';
import type { Part } from './part.ts';
import { timed } from './timed.ts';

/** A list of authorized devices and a frame, beside JSON and a copy. */
export const codec = async (): Promise<Part[]> => {
  const entries = Array.from({ length: 10 }, (_, at) => ({
    ...{ address: 2 + at, state: 'active p256', devId: new Uint8Array(8).fill(at) },
  }));
  const body = { version: 12, entries };
  const plain = { version: 12, entries: entries.map((one) => ({ ...one, devId: [...one.devId] })) };
  const encoded = encodeBody('roster.delta', body);
  const json = JSON.stringify(plain);
  const frame: DataFrame = {
    ...{
      type: 'data' as const,
      ackWanted: true,
      net: 9,
      dst: 1,
      src: 2,
      seq: 3,
      index: 0,
      last: 0,
    },
    payload: new Uint8Array(200).fill(4),
  };
  const bytes = encodeFrame(frame);
  return [
    await timed('encode a list of ten devices', {
      'JSON.stringify': () => JSON.stringify(plain),
      'checked msgpack': () => encodeBody('roster.delta', body),
    }),
    await timed('decode it', {
      'JSON.parse': () => JSON.parse(json),
      'checked msgpack': () => decodeBody('roster.delta', encoded),
    }),
    await timed('a frame of 208 B', {
      'a copy of it': () => bytes.slice(),
      encodeFrame: () => encodeFrame(frame),
      decodeFrame: () => decodeFrame(bytes),
    }),
  ];
};
