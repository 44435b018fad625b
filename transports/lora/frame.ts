import { MAX_FRAME_BYTES } from '../../protocol/lora/modulation.ts';
import { BROADCAST } from './interface.ts';

export const DATA_HEADER_BYTES = 8;
export const PIGGYBACK_BYTES = 3;
export const ACK_REQUEST_BYTES = 10;
export const ANNOUNCE_BYTES = 9;

/** `[seq][bitmap 2]`: acknowledges a message that came from this frame's `dst` to its `src`. */
export interface Piggyback {
  readonly seq: number;
  readonly bitmap: number;
}

/**
 * `[ver 2 type 3 piggyback 1 parity 1 ackWanted 1][net][dst 2][src 2][seq][index 4 last 4]`, a
 * piggyback where the flag says so, and its bytes.
 */
interface Fragment {
  /** Ends a burst: the receiver answers with what it has. */
  readonly ackWanted: boolean;
  readonly net: number;
  readonly dst: number;
  readonly src: number;
  readonly seq: number;
  /** Index of the message's last fragment. */
  readonly last: number;
  readonly piggyback?: Piggyback;
  readonly payload: Uint8Array;
}

/** A fragment of the message itself. */
export interface DataFrame extends Fragment {
  readonly type: 'data';
  readonly index: number;
}

/** What stands in for a fragment that is missing (parity.ts). */
export interface ParityFrame extends Fragment {
  readonly type: 'parity';
  /** 0–15, counted apart from the message's own fragments. */
  readonly index: number;
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

/** `[ver 2 type 3 zero 3][net][dst 2][src 2][seq][zero 4 last 4][digest 2]`: what is there? */
export interface AckRequestFrame {
  readonly type: 'ackRequest';
  readonly net: number;
  readonly dst: number;
  readonly src: number;
  readonly seq: number;
  readonly last: number;
  /** Of the whole message (digest.ts), so that another one of this number is not taken for it. */
  readonly digest: number;
}

/**
 * `[ver 2 type 3 step 3][net][dst 2][src 2][seq][frames − 1 4 last 4][bytes]`, at the base rate:
 * that many frames of the message, of at most so many bytes, follow at another.
 */
export interface AnnounceFrame {
  readonly type: 'announce';
  /** Rate step 1–7 (rate-steps.ts); 0 is the base rate itself, which needs no announcement. */
  readonly step: number;
  readonly net: number;
  readonly dst: number;
  readonly src: number;
  readonly seq: number;
  /** 1–16. */
  readonly frames: number;
  readonly last: number;
  /** Length of the longest, so that all know when they are over. */
  readonly frameBytes: number;
}

export type Frame = DataFrame | ParityFrame | AckFrame | AckRequestFrame | AnnounceFrame;

export const LINK_VERSION = 1;
export const FRAME_TYPE = { data: 0, ack: 1, ackRequest: 2, announce: 3 } as const;
export const FRAME_FLAG = { ackWanted: 0b001, parity: 0b010, piggyback: 0b100 } as const;
const { ackWanted: ACK_WANTED, parity: PARITY, piggyback: PIGGYBACK } = FRAME_FLAG;

/** Bitmap bytes of a message whose last fragment is `last`. */
export const bitmapBytes = (last: number): 1 | 2 => (last < 8 ? 1 : 2);

export const ackBytes = (last: number): number => 5 + bitmapBytes(last);

/** Bytes on the air. */
export const bytesOnAir = (frame: Frame): number => {
  switch (frame.type) {
    case 'data':
    case 'parity': {
      const carried = frame.piggyback === undefined ? 0 : PIGGYBACK_BYTES;
      return DATA_HEADER_BYTES + carried + frame.payload.length;
    }
    case 'ack':
      return 5 + frame.bitmapBytes;
    case 'ackRequest':
      return ACK_REQUEST_BYTES;
    case 'announce':
      return ANNOUNCE_BYTES;
  }
};

export const encodeFrame = (frame: Frame): Uint8Array => {
  switch (frame.type) {
    case 'data':
    case 'parity':
      return encodeFragment(frame);
    case 'ack': {
      const bitmap = frame.bitmapBytes === 1 ? [frame.bitmap] : uint16(frame.bitmap);
      const first = lead(FRAME_TYPE.ack, frame.snrMargin);
      return Uint8Array.of(first, frame.net, ...uint16(frame.dst), frame.seq, ...bitmap);
    }
    case 'ackRequest': {
      const first = lead(FRAME_TYPE.ackRequest, 0);
      return Uint8Array.of(first, ...routeOf(frame), frame.last, ...uint16(frame.digest));
    }
    case 'announce': {
      const counts = ((frame.frames - 1) << 4) | frame.last;
      const first = lead(FRAME_TYPE.announce, frame.step);
      return Uint8Array.of(first, ...routeOf(frame), counts, frame.frameBytes);
    }
  }
};

/** The frame these bytes are, or null: what is on the air may come from anybody. */
export const decodeFrame = (bytes: Uint8Array): Frame | null => {
  const first = bytes[0];
  if (first === undefined || bytes.length > MAX_FRAME_BYTES || first >> 6 !== LINK_VERSION)
    return null;
  const flags = first & 0b111;
  switch ((first >> 3) & 0b111) {
    case FRAME_TYPE.data:
      return decodeFragment(bytes, flags);
    case FRAME_TYPE.ack:
      return decodeAck(bytes, flags);
    case FRAME_TYPE.ackRequest:
      return decodeAckRequest(bytes, flags);
    case FRAME_TYPE.announce:
      return decodeAnnounce(bytes, flags);
    default:
      return null;
  }
};

const encodeFragment = (frame: DataFrame | ParityFrame): Uint8Array => {
  const { piggyback, payload } = frame;
  const flags =
    (frame.ackWanted ? ACK_WANTED : 0) |
    (frame.type === 'parity' ? PARITY : 0) |
    (piggyback === undefined ? 0 : PIGGYBACK);
  const carried = piggyback === undefined ? [] : [piggyback.seq, ...uint16(piggyback.bitmap)];
  const header = [...routeOf(frame), (frame.index << 4) | frame.last, ...carried];
  const bytes = new Uint8Array(1 + header.length + payload.length);
  bytes[0] = lead(FRAME_TYPE.data, flags);
  bytes.set(header, 1);
  bytes.set(payload, 1 + header.length);
  return bytes;
};

const decodeFragment = (bytes: Uint8Array, flags: number): DataFrame | ParityFrame | null => {
  const carries = (flags & PIGGYBACK) !== 0;
  const headerBytes = DATA_HEADER_BYTES + (carries ? PIGGYBACK_BYTES : 0);
  if (bytes.length < headerBytes) return null;
  const counts = bytes[7] as number;
  const [index, last] = [counts >> 4, counts & 0xf];
  const route = decodeRoute(bytes);
  if (route === null || (carries && route.dst === BROADCAST)) return null;
  const type = (flags & PARITY) === 0 ? 'data' : 'parity';
  if (type === 'data' && index > last) return null;
  const ackWanted = (flags & ACK_WANTED) !== 0;
  const payload = bytes.slice(headerBytes);
  const piggyback = carries && {
    piggyback: { seq: bytes[8] as number, bitmap: uint16At(bytes, 9) },
  };
  return { type, ackWanted, ...route, index, last, ...piggyback, payload };
};

const decodeAck = (bytes: Uint8Array, snrMargin: number): AckFrame | null => {
  if (bytes.length !== ackBytes(0) && bytes.length !== ackBytes(15)) return null;
  const bitmap =
    bytes.length === ackBytes(0)
      ? ({ bitmapBytes: 1, bitmap: bytes[5] as number } as const)
      : ({ bitmapBytes: 2, bitmap: uint16At(bytes, 5) } as const);
  const [net, dst, seq] = [bytes[1] as number, uint16At(bytes, 2), bytes[4] as number];
  return { type: 'ack', snrMargin, net, dst, seq, ...bitmap };
};

const decodeAckRequest = (bytes: Uint8Array, flags: number): AckRequestFrame | null => {
  if (bytes.length !== ACK_REQUEST_BYTES || flags !== 0) return null;
  const [route, last] = [decodeRoute(bytes), bytes[7] as number];
  if (route === null || route.dst === BROADCAST || last > 15) return null;
  return { type: 'ackRequest', ...route, last, digest: uint16At(bytes, 8) };
};

const decodeAnnounce = (bytes: Uint8Array, step: number): AnnounceFrame | null => {
  if (bytes.length !== ANNOUNCE_BYTES || step === 0) return null;
  const [route, counts] = [decodeRoute(bytes), bytes[7] as number];
  if (route === null || route.dst === BROADCAST) return null;
  const [frames, last, frameBytes] = [(counts >> 4) + 1, counts & 0xf, bytes[8] as number];
  return { type: 'announce', step, ...route, frames, last, frameBytes };
};

type Route = Pick<Fragment, 'net' | 'dst' | 'src' | 'seq'>;

const routeOf = ({ net, dst, src, seq }: Route): number[] => [
  net,
  ...uint16(dst),
  ...uint16(src),
  seq,
];

/** Null where everybody is said to have sent it. */
const decodeRoute = (bytes: Uint8Array): Route | null => {
  const src = uint16At(bytes, 4);
  if (src === BROADCAST) return null;
  return { net: bytes[1] as number, dst: uint16At(bytes, 2), src, seq: bytes[6] as number };
};

const lead = (type: number, flags: number): number => (LINK_VERSION << 6) | (type << 3) | flags;

const uint16 = (value: number): [number, number] => [value >> 8, value & 0xff];

/** Without a DataView, which takes longer to make than all that is read through it. */
const uint16At = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
