import { TiesError } from '../../protocol/errors.ts';
import { MAX_FRAME_BYTES } from '../../protocol/lora/modulation.ts';
import { DATA_HEADER_BYTES } from './frame.ts';

const MAX_FRAGMENTS = 16;
/** What a parity fragment begins with: by how much the last fragment is shorter. */
export const PAD_COUNT_BYTES = 1;
/** What a message may have to go in one fragment. */
const MAX_SINGLE_BYTES = MAX_FRAME_BYTES - DATA_HEADER_BYTES;
/** Of several, each leaves room for a pad count, so that parity over them fits a frame. */
const MAX_FRAGMENT_BYTES = MAX_SINGLE_BYTES - PAD_COUNT_BYTES;
/** As few as possible and equal, they are never shorter than half of that. */
const MIN_FRAGMENT_BYTES = MAX_FRAGMENT_BYTES / 2;
export const MAX_MESSAGE_BYTES = MAX_FRAGMENTS * MAX_FRAGMENT_BYTES;

/** As few fragments as possible, and those equal: none is then worth more than another. */
export const fragmentsOf = (message: Uint8Array): Uint8Array[] => {
  const count =
    message.length <= MAX_SINGLE_BYTES ? 1 : Math.ceil(message.length / MAX_FRAGMENT_BYTES);
  return Array.from({ length: count }, (_, index) => fragmentAt(message, index, count));
};

const fragmentAt = (message: Uint8Array, index: number, count: number): Uint8Array => {
  const size = Math.ceil(message.length / count);
  return message.subarray(index * size, (index + 1) * size);
};

/** How a message was cut; undefined is what is not known of it. */
export interface Cut {
  readonly last: number;
  /** Of a fragment that is not the last. */
  readonly bytes: number | undefined;
  readonly endBytes: number | undefined;
}

/** Whether `fragmentsOf` may have cut so: whoever forges a fragment pays the airtime of one. */
export const isPossible = ({ last, bytes, endBytes }: Cut): boolean => {
  const padCount = bytes === undefined || endBytes === undefined ? 0 : bytes - endBytes;
  const [min, max] = last === 0 ? [0, MAX_SINGLE_BYTES] : [MIN_FRAGMENT_BYTES, MAX_FRAGMENT_BYTES];
  const fits = (length = min): boolean => length >= min && length <= max;
  return padCount >= 0 && padCount <= last && fits(bytes) && fits(endBytes);
};

/** @throws TiesError LINK_MESSAGE_TOO_LONG */
export const requireFits = ({ length }: Uint8Array): void => {
  if (length <= MAX_MESSAGE_BYTES) return;
  throw new TiesError(
    'LINK_MESSAGE_TOO_LONG',
    `A link message has at most ${MAX_MESSAGE_BYTES} B, this one ${length}: split it.`,
  );
};

/** Bitmap with every fragment up to `last`. */
export const completeBitmap = (last: number): number => 2 ** (last + 1) - 1;

/** Indexes up to `last` that the bitmap lacks, in order. */
export const missingFrom = (bitmap: number, last: number): number[] =>
  Array.from({ length: last + 1 }, (_, index) => index).filter((i) => ((bitmap >> i) & 1) === 0);
