import { MAX_FRAME_BYTES } from '../../protocol/lora/modulation.ts';
import { BROADCAST } from './interface.ts';

export const DATA_HEADER_BYTES = 8;
export const ACK_REQUEST_BYTES = 8;

/** One fragment: `[ver 2 type 3 flags 3][net][dst 2][src 2][seq][index 4 last 4]` and its bytes. */
export interface DataFrame {
  readonly type: 'data';
  /** Ends a burst: the receiver answers with what it has. */
  readonly ackWanted: boolean;
  readonly net: number;
  readonly dst: number;
  readonly src: number;
  readonly seq: number;
  readonly index: number;
  /** Index of the message's last fragment. */
  readonly last: number;
  readonly payload: Uint8Array;
}

/** `[ver 2 type 3 margin 3][net][dst 2][seq][bitmap 1–2]`; bit i set: fragment i is here. */
export interface AckFrame {
  readonly type: 'ack';
  /** How well the fragment was heard, 0–7 (snr-margin.ts). */
  readonly snrMargin: number;
  readonly net: number;
  /** Who sent what is acknowledged; with `seq` it names the message. */
  readonly dst: number;
  readonly seq: number;
  readonly bitmapBytes: 1 | 2;
  readonly bitmap: number;
}

/** `[ver 2 type 3 zero 3][net][dst 2][src 2][seq][zero 4 last 4]`: what of this is there? */
export interface AckRequestFrame {
  readonly type: 'ackRequest';
  readonly net: number;
  readonly dst: number;
  readonly src: number;
  readonly seq: number;
  readonly last: number;
}

export type Frame = DataFrame | AckFrame | AckRequestFrame;

const VERSION = 1;
const TYPE = { data: 0, ack: 1, ackRequest: 2 } as const;
const ACK_WANTED = 0b001;

/** Bitmap bytes of a message whose last fragment is `last`. */
export const bitmapBytes = (last: number): 1 | 2 => (last < 8 ? 1 : 2);

export const ackBytes = (last: number): number => 5 + bitmapBytes(last);

export const encodeFrame = (frame: Frame): Uint8Array => {
  const lead = (flags: number): number => (VERSION << 6) | (TYPE[frame.type] << 3) | flags;
  switch (frame.type) {
    case 'data': {
      const bytes = new Uint8Array(DATA_HEADER_BYTES + frame.payload.length);
      bytes.set([lead(frame.ackWanted ? ACK_WANTED : 0), frame.net]);
      bytes.set([...uint16(frame.dst), ...uint16(frame.src), frame.seq], 2);
      bytes[7] = (frame.index << 4) | frame.last;
      bytes.set(frame.payload, DATA_HEADER_BYTES);
      return bytes;
    }
    case 'ack': {
      const bitmap = frame.bitmapBytes === 1 ? [frame.bitmap] : uint16(frame.bitmap);
      const header = [lead(frame.snrMargin), frame.net, ...uint16(frame.dst), frame.seq];
      return Uint8Array.from([...header, ...bitmap]);
    }
    case 'ackRequest': {
      const addresses = [...uint16(frame.dst), ...uint16(frame.src)];
      return Uint8Array.from([lead(0), frame.net, ...addresses, frame.seq, frame.last]);
    }
  }
};

/** The frame these bytes are, or null: what is on the air may come from anybody. */
export const decodeFrame = (bytes: Uint8Array): Frame | null => {
  const lead = bytes[0];
  if (lead === undefined || bytes.length > MAX_FRAME_BYTES || lead >> 6 !== VERSION) return null;
  const flags = lead & 0b111;
  switch ((lead >> 3) & 0b111) {
    case TYPE.data:
      return decodeData(bytes, flags);
    case TYPE.ack:
      return decodeAck(bytes, flags);
    case TYPE.ackRequest:
      return decodeAckRequest(bytes, flags);
    default:
      return null;
  }
};

const decodeData = (bytes: Uint8Array, flags: number): DataFrame | null => {
  if (bytes.length < DATA_HEADER_BYTES || (flags & ~ACK_WANTED) !== 0) return null;
  const header = new DataView(bytes.buffer, bytes.byteOffset, DATA_HEADER_BYTES);
  const index = header.getUint8(7) >> 4;
  const last = header.getUint8(7) & 0xf;
  const src = header.getUint16(4);
  if (index > last || src === BROADCAST) return null;
  return {
    type: 'data',
    ackWanted: flags === ACK_WANTED,
    net: header.getUint8(1),
    dst: header.getUint16(2),
    src,
    seq: header.getUint8(6),
    index,
    last,
    payload: bytes.slice(DATA_HEADER_BYTES),
  };
};

const decodeAck = (bytes: Uint8Array, snrMargin: number): AckFrame | null => {
  if (bytes.length !== ackBytes(0) && bytes.length !== ackBytes(15)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const bitmap =
    bytes.length === ackBytes(0)
      ? ({ bitmapBytes: 1, bitmap: view.getUint8(5) } as const)
      : ({ bitmapBytes: 2, bitmap: view.getUint16(5) } as const);
  const [net, dst, seq] = [view.getUint8(1), view.getUint16(2), view.getUint8(4)];
  return { type: 'ack', snrMargin, net, dst, seq, ...bitmap };
};

const decodeAckRequest = (bytes: Uint8Array, flags: number): AckRequestFrame | null => {
  if (bytes.length !== ACK_REQUEST_BYTES || flags !== 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [dst, src, last] = [view.getUint16(2), view.getUint16(4), view.getUint8(7)];
  if (last > 15 || src === BROADCAST || dst === BROADCAST) return null;
  return { type: 'ackRequest', net: view.getUint8(1), dst, src, seq: view.getUint8(6), last };
};

const uint16 = (value: number): [number, number] => [value >> 8, value & 0xff];
