import { equalBytes } from '../../protocol/bytes.ts';
import { type Cut, isPossible, PAD_COUNT_BYTES } from './fragments.ts';
import type { DataFrame, ParityFrame } from './frame.ts';
import type { Pieces } from './parity.ts';

/** One fragment or parity fragment, and what it tells of the cut. */
export interface Piece extends Cut {
  readonly kind: 'fragments' | 'parity';
  readonly number: number;
  /** Without the pad count. */
  readonly payload: Uint8Array;
}

/** What a frame brings, or null where no sender cuts a message so. */
export const pieceOf = (frame: DataFrame | ParityFrame): Piece | null => {
  const piece = frame.type === 'data' ? fragmentOf(frame) : parityOf(frame);
  return piece !== null && isPossible(piece) ? piece : null;
};

const fragmentOf = ({ index, last, payload }: DataFrame): Piece => ({
  kind: 'fragments',
  number: index,
  payload,
  last,
  bytes: index < last || last === 0 ? payload.length : undefined,
  endBytes: index === last ? payload.length : undefined,
});

const parityOf = ({ index, last, payload }: ParityFrame): Piece | null => {
  const [padCount] = payload;
  if (padCount === undefined) return null;
  const parity = payload.subarray(PAD_COUNT_BYTES);
  const cut = { last, bytes: parity.length, endBytes: parity.length - padCount };
  return { kind: 'parity', number: index, payload: parity, ...cut };
};

/** Whether a piece can be of the same message, as far as one can tell. */
export const agrees = (pieces: Pieces, piece: Piece): boolean => {
  const held = pieces[piece.kind].get(piece.number);
  return (
    pieces.last === piece.last &&
    mayEqual(pieces.bytes, piece.bytes) &&
    mayEqual(pieces.endBytes, piece.endBytes) &&
    isPossible(cutOf(pieces, piece)) &&
    (held === undefined || equalBytes(held, piece.payload))
  );
};

const mayEqual = (a: number | undefined, b: number | undefined): boolean =>
  a === undefined || b === undefined || a === b;

const cutOf = (pieces: Cut | null, piece: Cut): Cut => ({
  last: piece.last,
  bytes: pieces?.bytes ?? piece.bytes,
  endBytes: pieces?.endBytes ?? piece.endBytes,
});

const NOTHING: Pick<Pieces, 'fragments' | 'parity'> = { fragments: new Map(), parity: new Map() };

/** What is here with one piece more, which agrees. */
export const withPiece = (pieces: Pieces | null, piece: Piece): Pieces => {
  const { fragments, parity } = pieces ?? NOTHING;
  const isParity = piece.kind === 'parity';
  const grown = new Map(isParity ? parity : fragments).set(piece.number, piece.payload);
  const cut = cutOf(pieces, piece);
  return isParity ? { ...cut, fragments, parity: grown } : { ...cut, fragments: grown, parity };
};
