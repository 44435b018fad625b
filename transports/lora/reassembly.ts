import { equalBytes } from '../../protocol/bytes.ts';
import { BoundedMemory, type Memory } from './bounded-memory.ts';
import { digest } from './digest.ts';
import { completeBitmap, PAD_COUNT_BYTES } from './fragments.ts';
import type { AckRequestFrame, DataFrame, ParityFrame } from './frame.ts';
import { type Pieces, parityFragment, recover } from './parity.ts';
import { agrees, type Piece, pieceOf, withPiece } from './pieces.ts';
import type { Timing } from './timing.ts';

/**
 * A link's reassembly holds at most twice this, 256 KiB, whatever is on the air: once for what is
 * incomplete, once for what was delivered.
 */
export const MAX_HELD_BYTES = 128 * 1024;
/** What the heap has for them besides their bytes, measured on Node 20. */
const INCOMPLETE_BYTES = 768;
const PIECE_BYTES = 256;
const DELIVERED_BYTES = 384;

interface Incomplete extends Memory {
  readonly pieces: Pieces;
}

interface Delivered extends Memory {
  readonly message: Uint8Array;
  readonly last: number;
  /** Of a fragment that is not the last. */
  readonly fragmentBytes: number;
  readonly digest: number;
}

/** How long to remember. */
export type ReassemblyTimes = Pick<Timing, 'memoryMs' | 'wrapMs'>;

export interface Accepted {
  /** Which fragments of the message are here: all of them once parity made it whole. */
  readonly bitmap: number;
  /** The whole message, the one time it becomes complete. */
  readonly message: Uint8Array | null;
}

/**
 * Puts fragments together and tells repetitions from news. Anybody can send a fragment under any
 * number, so a number alone decides nothing: only what was delivered within `memoryMs` and has
 * equal bytes is a repetition (messages are sealed, so no two of them share a fragment), and what
 * contradicts begins a message of its own beside.
 *
 * What an attacker can do who knows all this is in README.md, under "Floods".
 */
export class Reassembly {
  readonly #incomplete: BoundedMemory<Incomplete>;
  readonly #delivered: BoundedMemory<Delivered>;

  /** What is not whole is forgotten before another message can have its number. */
  constructor({ memoryMs, wrapMs }: ReassemblyTimes) {
    this.#incomplete = new BoundedMemory(Math.min(memoryMs, wrapMs), MAX_HELD_BYTES);
    this.#delivered = new BoundedMemory(memoryMs, MAX_HELD_BYTES);
  }

  /** Null for what no sender sends. */
  accept(frame: DataFrame | ParityFrame, nowMs: number): Accepted | null {
    const piece = pieceOf(frame);
    if (piece === null) return null;
    const key = keyOf(frame);
    if (this.#delivered.recall(key, nowMs).some((delivered) => contains(delivered, piece))) {
      return { bitmap: completeBitmap(piece.last), message: null };
    }
    const known = mostOf(this.#incomplete.recall(key, nowMs), ({ pieces }) =>
      agrees(pieces, piece),
    );
    if (known?.pieces[piece.kind].has(piece.number)) {
      return { bitmap: bitmapOf(known.pieces), message: null };
    }
    if (known !== undefined) this.#incomplete.drop(known);
    const pieces = withPiece(known?.pieces ?? null, piece);
    if (countOf(pieces) <= piece.last) {
      const bytes = (known?.bytes ?? INCOMPLETE_BYTES) + PIECE_BYTES + piece.payload.length;
      this.#incomplete.keep({ key, pieces, bytes, atMs: nowMs });
      return { bitmap: bitmapOf(pieces), message: null };
    }
    const message = recover(pieces);
    this.#delivered.keep(deliveredOf(key, pieces, message, nowMs));
    return { bitmap: completeBitmap(piece.last), message };
  }

  /** What is here of the message that is asked about. */
  bitmapOf(request: AckRequestFrame, nowMs: number): number {
    const key = keyOf(request);
    const { last } = request;
    const isThere = this.#delivered
      .recall(key, nowMs)
      .some((delivered) => delivered.last === last && delivered.digest === request.digest);
    if (isThere) return completeBitmap(last);
    const known = mostOf(this.#incomplete.recall(key, nowMs), ({ pieces }) => pieces.last === last);
    return known === undefined ? 0 : bitmapOf(known.pieces);
  }
}

type Identified = Pick<DataFrame, 'net' | 'src' | 'dst' | 'seq'>;

const keyOf = ({ net, src, dst, seq }: Identified): number =>
  ((net * 2 ** 16 + src) * 2 ** 16 + dst) * 2 ** 8 + seq;

const countOf = ({ fragments, parity }: Pieces): number => fragments.size + parity.size;

const bitmapOf = ({ fragments }: Pieces): number =>
  [...fragments.keys()].reduce((bitmap, index) => bitmap | (1 << index), 0);

/** Of those that qualify, the one with most pieces, and of equals the latest. */
const mostOf = (
  all: readonly Incomplete[],
  qualifies: (incomplete: Incomplete) => boolean,
): Incomplete | undefined =>
  all
    .filter(qualifies)
    .toSorted((a, b) => countOf(a.pieces) - countOf(b.pieces))
    .at(-1);

const deliveredOf = (
  key: number,
  { last, bytes: fragmentBytes = 0 }: Pieces,
  message: Uint8Array,
  atMs: number,
): Delivered => ({
  key,
  message,
  last,
  fragmentBytes,
  digest: digest(message),
  bytes: DELIVERED_BYTES + message.length,
  atMs,
});

const contains = ({ message, last, fragmentBytes }: Delivered, piece: Piece): boolean => {
  const { kind, number, payload } = piece;
  if (last !== piece.last) return false;
  const fragments = Array.from({ length: last + 1 }, (_, index) =>
    message.subarray(index * fragmentBytes, (index + 1) * fragmentBytes),
  );
  if (kind === 'fragments') return equalBytes(fragments[number] as Uint8Array, payload);
  const parity = parityFragment(fragments, number).subarray(PAD_COUNT_BYTES);
  return fragments[last]?.length === piece.endBytes && equalBytes(parity, payload);
};
