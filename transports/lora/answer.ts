import { type AckFrame, bitmapBytes, type DataFrame, type ParityFrame } from './frame.ts';

/** An acknowledgement heard, by itself or on a fragment. */
export interface Answer {
  readonly net: number;
  /** Who sent what is acknowledged. */
  readonly dst: number;
  readonly seq: number;
  readonly bitmap: number;
  /** When its frame began. */
  readonly startMs: number;
  /** It was heard at; what it acknowledges was too. */
  readonly spreadingFactor: number;
  /** Known of an acknowledgement by itself alone: */
  readonly snrMargin?: number;
  readonly bitmapBytes?: 1 | 2;
  /** Known of one on a fragment alone: who acknowledges. */
  readonly src?: number;
}

type Heard = Pick<Answer, 'startMs' | 'spreadingFactor'>;

export const answerOf = (
  { net, dst, seq, bitmap, bitmapBytes, snrMargin }: AckFrame,
  heard: Heard,
): Answer => ({ net, dst, seq, bitmap, bitmapBytes, snrMargin, ...heard });

/** What a fragment carries besides, or null. */
export const carriedAnswer = (
  { net, src, dst, piggyback }: DataFrame | ParityFrame,
  heard: Heard,
): Answer | null => (piggyback === undefined ? null : { net, src, dst, ...piggyback, ...heard });

/**
 * Whether it is about this message. By itself an acknowledgement carries no source: own address
 * and sequence number say what it is for.
 */
export const isAnswerTo = (
  { net, src, dst, seq, last }: Pick<DataFrame, 'net' | 'src' | 'dst' | 'seq' | 'last'>,
  answer: Answer,
): boolean =>
  answer.net === net &&
  answer.dst === src &&
  answer.seq === seq &&
  (answer.src ?? dst) === dst &&
  (answer.bitmapBytes ?? bitmapBytes(last)) === bitmapBytes(last);
