import { readUint } from '../../protocol/bytes.ts';
import { type MessageName, messageById } from '../../protocol/messages.ts';
import { counterBytes, VERSION } from '../../protocol/packet.ts';
import { Airtimes } from './airtimes.ts';
import { type Loss, lossesIn, senderIn } from './comments.ts';
import type { TracedFrame } from './frame.ts';
import { Ledger, type LedgerMessage } from './ledger.ts';
import { PartyNames } from './party-names.ts';
import { foreignFrame, isLoRaWan, strayAck } from './stray.ts';

/** Nobody goes on with a message after such a silence: the link gives up before. */
const QUIET_MS = 30_000;
/** Messages looked at at a time; a trace whose clock stands still has no more. */
const MAX_OPEN = 4096;
/** More than so many numbers at once are no gap: the sender began anew. */
const MAX_GAP = 16;
const MAX_SOURCES = 65_536;

/** A message as it went over the air; times count from the trace's first bit. */
export interface MessageEntry {
  readonly kind: 'message';
  readonly startMs: number;
  readonly endMs: number;
  readonly from: string;
  readonly to: string;
  readonly src: number;
  readonly dst: number;
  readonly net: number;
  readonly seq: number;
  /** Null where its first fragment was not heard, or is none of this version. */
  readonly message: MessageName | null;
  /** On data its low 16 bits. */
  readonly counter: number | null;
  /** On the air, headers, repetitions and acknowledgements of both sides included. */
  readonly bytes: number;
  readonly airtimeMs: number;
  readonly frames: number;
  readonly retransmissions: number;
  readonly acks: number;
  /** Fragments that were never heard. */
  readonly missing: readonly number[];
  /** Messages of this sender that were not heard before this one. */
  readonly skipped: number;
  readonly losses: readonly Loss[];
}

/** A frame that belongs to no message. */
export interface StrayEntry {
  readonly kind: 'stray';
  readonly startMs: number;
  readonly what: string;
  readonly bytes: number;
  readonly airtimeMs: number;
}

export type Entry = MessageEntry | StrayEntry;

interface Open {
  readonly message: LedgerMessage<string | null>;
  readonly skipped: number;
  losses: Loss[] | null;
}

/** Messages out of frames, as they end, in the order they began. */
export class Exchange {
  readonly #ledger = new Ledger<string | null>();
  readonly #names = new PartyNames();
  readonly #airtimes = new Airtimes();
  readonly #waiting: (Open | StrayEntry)[] = [];
  #first = 0;
  readonly #open = new Map<LedgerMessage<string | null>, Open>();
  readonly #latest = new Map<number, { readonly net: number; readonly seq: number }>();
  #originNs: bigint | null = null;

  /** Take one frame in; what ended before it goes to `emit`. */
  enter(traced: TracedFrame, emit: (entry: Entry) => void): void {
    const lastedMs = this.#airtimes.of(traced.channel, traced.frame.length);
    this.#originNs ??= traced.atNs - BigInt(Math.round(lastedMs * 1e6));
    const endMs = Number(traced.atNs - this.#originNs) / 1e6;
    const startMs = endMs - lastedMs;
    this.#release(startMs, emit);
    const radioId = senderIn(traced.comments);
    const { frame } = traced;
    const entered = isLoRaWan(traced)
      ? null
      : this.#ledger.enter({ radioId, frame, startMs, endMs, airtimeMs: lastedMs });
    if (entered === null || 'stray' in entered) {
      const what = entered === null ? foreignFrame(traced) : strayAck(entered.stray, this.#names);
      const stray = { kind: 'stray', startMs, what, bytes: frame.length } as const;
      this.#waiting.push({ ...stray, airtimeMs: lastedMs });
      return;
    }
    const { message } = entered;
    if (entered.isNew) this.#begin(message);
    if (traced.comments.length > 0) this.#note(message, traced);
  }

  /** The trace has ended, and with it every message. */
  end(emit: (entry: Entry) => void): void {
    this.#release(Number.POSITIVE_INFINITY, emit);
  }

  #begin(message: LedgerMessage<string | null>): void {
    const { radioId, src, net, seq } = message.row;
    if (radioId !== null) this.#names.learn(src, radioId);
    const open = { message, skipped: this.#skippedBefore(message), losses: null };
    if (this.#latest.has(src) || this.#latest.size < MAX_SOURCES)
      this.#latest.set(src, { net, seq });
    this.#open.set(message, open);
    this.#waiting.push(open);
  }

  /** A sender counts through all it says, to joiners (net 0) as to its network. */
  #skippedBefore({ row: { src, net, seq } }: LedgerMessage<string | null>): number {
    const last = this.#latest.get(src);
    if (last === undefined || (last.net !== net && last.net !== 0 && net !== 0)) return 0;
    const skipped = (seq - last.seq - 1) & 0xff;
    return skipped <= MAX_GAP ? skipped : 0;
  }

  #note(message: LedgerMessage<string | null>, { comments }: TracedFrame): void {
    const losses = lossesIn(comments);
    const open = this.#open.get(message);
    if (losses.length > 0 && open !== undefined) open.losses = [...(open.losses ?? []), ...losses];
  }

  /** Those at the front that are over. */
  #release(nowMs: number, emit: (entry: Entry) => void): void {
    const waiting = this.#waiting;
    for (; this.#first < waiting.length; this.#first += 1) {
      const next = waiting[this.#first] as Open | StrayEntry;
      if ('kind' in next) emit(next);
      else {
        const isFull = waiting.length - this.#first > MAX_OPEN;
        if (nowMs - next.message.row.endMs < QUIET_MS && !isFull) break;
        this.#ledger.forget(next.message);
        this.#open.delete(next.message);
        emit(this.#entryOf(next));
      }
    }
    if (this.#first > 1024) {
      waiting.splice(0, this.#first);
      this.#first = 0;
    }
  }

  #entryOf({ message, skipped, losses }: Open): MessageEntry {
    const { row, fragments, last } = message;
    const { src, dst, firstByte } = row;
    const name =
      firstByte === null || firstByte >> 6 !== VERSION ? null : messageById(firstByte & 0x3f);
    // Spelled out: spreading takes longer than all else that is done with a message.
    return {
      kind: 'message',
      startMs: row.startMs,
      endMs: row.endMs,
      from: row.radioId ?? this.#names.of(src),
      to: this.#names.of(dst),
      src,
      dst,
      net: row.net,
      seq: row.seq,
      message: name,
      counter: name === null ? null : counterOf(name, fragments[0] as Uint8Array),
      bytes: row.bytes,
      airtimeMs: row.airtimeMs,
      frames: row.frames,
      retransmissions: row.retransmissions,
      acks: row.acks,
      missing: missingOf(fragments, last),
      skipped,
      losses: losses ?? NO_LOSSES,
    };
  }
}

const NONE: readonly number[] = [];
const NO_LOSSES: readonly Loss[] = [];

const missingOf = (fragments: readonly (Uint8Array | undefined)[], last: number) => {
  let missing: number[] | null = null;
  for (let index = 0; index <= last; index += 1) {
    if (fragments[index] !== undefined) continue;
    missing ??= [];
    missing.push(index);
  }
  return missing ?? NONE;
};

const counterOf = (name: MessageName, begin: Uint8Array): number | null => {
  const width = counterBytes(name);
  return begin.length < 2 + width ? null : readUint(begin, 2, width);
};
