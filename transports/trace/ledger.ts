import { type AckFrame, type DataFrame, decodeFrame, type Frame } from '../lora/frame.ts';

/** A frame as an observer of the air has it. */
export interface AirFrame<Id> {
  /** The radio that sent it, where that is known. */
  readonly radioId: Id;
  readonly frame: Uint8Array;
  readonly startMs: number;
  readonly endMs: number;
  readonly airtimeMs: number;
}

/** What one link message took on the air, acknowledgements and repetitions included. */
export interface LedgerRow<Id> {
  /** The radio that sent the first fragment seen. */
  readonly radioId: Id;
  readonly net: number;
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

/** A frame that names its message, its sender and its receiver. */
export type RoutedFrame = Exclude<Frame, AckFrame>;

type Growing<T> = { -readonly [Key in keyof T]: T[Key] };

/** A message, and the fragments that tell whether a frame belongs to it. */
export class LedgerMessage<Id> {
  readonly row: Growing<LedgerRow<Id>>;
  /** By their index, as far as they were seen. */
  readonly fragments: (Uint8Array | undefined)[] = [];
  /** Index of the last fragment, as the first frame says. */
  readonly last: number;

  constructor({ net, src, dst, seq, last }: RoutedFrame, { radioId, startMs }: AirFrame<Id>) {
    this.last = last;
    this.row = {
      radioId,
      net,
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
    };
  }

  /** A sequence number comes round; other bytes or another receiver mean another message. */
  mayTake(frame: RoutedFrame): boolean {
    if (frame.dst !== this.row.dst) return false;
    const seen = frame.type === 'data' ? this.fragments[frame.index] : undefined;
    if (seen === undefined || frame.type !== 'data') return true;
    return seen.length === frame.payload.length && seen.every((x, i) => x === frame.payload[i]);
  }

  count({ endMs, frame, airtimeMs }: AirFrame<Id>): void {
    const { row } = this;
    row.endMs = endMs;
    row.frames += 1;
    row.bytes += frame.length;
    row.airtimeMs += airtimeMs;
  }

  see({ index, payload }: DataFrame): void {
    if (this.fragments[index] !== undefined) {
      this.row.retransmissions += 1;
      return;
    }
    this.fragments[index] = payload;
    if (index === 0) this.row.firstByte = payload[0] ?? null;
  }

  acknowledged(endMs: number): void {
    this.row.endMs = endMs;
    this.row.acks += 1;
  }
}

/** What a frame turned out to be. */
export type Entered<Id> =
  | { readonly message: LedgerMessage<Id>; readonly isNew: boolean }
  /** An acknowledgement of nothing that was heard. */
  | { readonly stray: AckFrame }
  | null;

/**
 * Groups frames into messages. It needs no keys. An acknowledgement names only the sender and the
 * sequence number it is for, so it counts to the latest message of these.
 */
export class Ledger<Id> {
  readonly #latest = new Map<number, LedgerMessage<Id>>();

  /** Null for what is no frame of the link. */
  enter(onAir: AirFrame<Id>): Entered<Id> {
    const frame = decodeFrame(onAir.frame);
    if (frame === null) return null;
    if (frame.type === 'ack') {
      const message = this.#latest.get(keyOf(frame.net, frame.dst, frame.seq));
      if (message === undefined) return { stray: frame };
      message.count(onAir);
      message.row.acks += 1;
      return { message, isNew: false };
    }
    const key = keyOf(frame.net, frame.src, frame.seq);
    const known = this.#latest.get(key);
    const isNew = known === undefined || !known.mayTake(frame);
    const message = isNew ? new LedgerMessage(frame, onAir) : known;
    if (isNew) this.#latest.set(key, message);
    message.count(onAir);
    if (frame.type === 'data') message.see(frame);
    if ('piggyback' in frame && frame.piggyback !== undefined)
      // It has no frame of its own.
      this.#latest.get(keyOf(frame.net, frame.dst, frame.piggyback.seq))?.acknowledged(onAir.endMs);
    return { message, isNew };
  }

  /** Nothing is to be added to this message any more. */
  forget(message: LedgerMessage<Id>): void {
    const { net, src, seq } = message.row;
    const key = keyOf(net, src, seq);
    if (this.#latest.get(key) === message) this.#latest.delete(key);
  }
}

const keyOf = (net: number, src: number, seq: number): number => (net * 0x1_0000 + src) * 256 + seq;
