import type { Observable } from 'rxjs';
import {
  type AckFrame,
  type DataFrame,
  decodeFrame,
  type Frame,
} from '../transports/lora/frame.ts';
import type { Transmission } from './medium/transmission.ts';

/** What one link message took on the air, acknowledgements and repetitions included. */
export interface AirRow {
  /** The radio that sent the first fragment seen. */
  readonly radioId: string;
  readonly src: number;
  readonly dst: number;
  readonly seq: number;
  /** First payload byte of fragment 0, null while that was not seen. */
  readonly firstByte: number | null;
  readonly startMs: number;
  readonly endMs: number;
  /** Of all kinds, from both sides, arrived or not. */
  readonly frames: number;
  readonly bytes: number;
  readonly airtimeMs: number;
  /** Fragments sent once more. */
  readonly retransmissions: number;
  readonly acks: number;
}

export interface AirLedger {
  /** In the order in which the messages first appeared on the air. */
  rows(): readonly AirRow[];
  close(): void;
}

/** A frame that names its message, its sender and its receiver. */
type Routed = Exclude<Frame, AckFrame>;

/** A row being written, and the fragments that tell whether a frame belongs to it. */
interface Message {
  row: AirRow;
  readonly fragments: Map<number, Uint8Array>;
}

/**
 * Watch the air and group its frames into messages. It touches nothing and needs no keys. An
 * acknowledgement names only the sender and the sequence number it is for, so it counts to the
 * latest message of these; one for a message never seen counts nowhere.
 */
export const airLedger = (transmissions: Observable<Transmission>): AirLedger => {
  const messages: Message[] = [];
  const latest = new Map<string, Message>();

  const messageOf = (frame: Routed, { radioId, startMs }: Transmission): Message => {
    const key = `${frame.net} ${frame.src} ${frame.seq}`;
    const known = latest.get(key);
    if (known !== undefined && mayBelong(frame, known)) return known;
    const message = {
      row: emptyRow(frame, radioId, startMs),
      fragments: new Map<number, Uint8Array>(),
    };
    latest.set(key, message);
    messages.push(message);
    return message;
  };

  const enter = (transmission: Transmission): void => {
    const frame = decodeFrame(transmission.frame);
    if (frame === null) return;
    if (frame.type === 'ack') {
      const message = latest.get(`${frame.net} ${frame.dst} ${frame.seq}`);
      if (message !== undefined) count(message, transmission, { acks: message.row.acks + 1 });
      return;
    }
    const message = messageOf(frame, transmission);
    count(message, transmission, frame.type === 'data' ? fragmentSeen(message, frame) : {});
    if ('piggyback' in frame) {
      const { net, dst, piggyback } = frame;
      acknowledged(latest.get(`${net} ${dst} ${piggyback?.seq}`), transmission);
    }
  };

  const watching = transmissions.subscribe(enter);
  return { rows: () => messages.map(({ row }) => row), close: () => watching.unsubscribe() };
};

/** A sequence number comes round; other bytes or another receiver mean another message. */
const mayBelong = (frame: Routed, { row, fragments }: Message): boolean => {
  if (frame.dst !== row.dst) return false;
  const seen = frame.type === 'data' ? fragments.get(frame.index) : undefined;
  if (seen === undefined || frame.type !== 'data') return true;
  return seen.length === frame.payload.length && seen.every((x, i) => x === frame.payload[i]);
};

const fragmentSeen = ({ row, fragments }: Message, frame: DataFrame): Partial<AirRow> => {
  if (fragments.has(frame.index)) return { retransmissions: row.retransmissions + 1 };
  fragments.set(frame.index, frame.payload);
  return frame.index === 0 ? { firstByte: frame.payload[0] ?? null } : {};
};

const count = (message: Message, transmission: Transmission, change: Partial<AirRow>): void => {
  const { row } = message;
  message.row = {
    ...row,
    endMs: transmission.endMs,
    frames: row.frames + 1,
    bytes: row.bytes + transmission.frame.length,
    airtimeMs: row.airtimeMs + transmission.airtimeMs,
    ...change,
  };
};

/** An acknowledgement that another message's fragment carried has no frame of its own. */
const acknowledged = (message: Message | undefined, { endMs }: Transmission): void => {
  if (message === undefined) return;
  message.row = { ...message.row, endMs, acks: message.row.acks + 1 };
};

const emptyRow = ({ src, dst, seq }: Routed, radioId: string, startMs: number): AirRow => ({
  radioId,
  src,
  dst,
  seq,
  firstByte: null,
  startMs,
  endMs: startMs,
  frames: 0,
  bytes: 0,
  airtimeMs: 0,
  retransmissions: 0,
  acks: 0,
});
