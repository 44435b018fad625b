import { digest } from './digest.ts';
import { completeBitmap } from './fragments.ts';
import type { AckRequestFrame, DataFrame } from './frame.ts';

/** At most so many messages are kept, the stalest making room: what is on air may be anybody's. */
const MAX_PARTIAL = 16;
const MAX_DELIVERED = 32;

interface Collected {
  readonly last: number;
  readonly fragments: (Uint8Array | undefined)[];
  readonly bitmap: number;
  readonly atMs: number;
}

export interface Accepted {
  /** Which fragments of the message are here. */
  readonly bitmap: number;
  /** The whole message, the one time it becomes complete. */
  readonly message: Uint8Array | null;
}

type Identified = Pick<DataFrame, 'net' | 'src' | 'dst' | 'seq'>;

const keyOf = ({ net, src, dst, seq }: Identified): number =>
  ((net * 2 ** 16 + src) * 2 ** 16 + dst) * 2 ** 8 + seq;

const equal = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a !== undefined && b !== undefined && a.length === b.length && a.every((x, i) => x === b[i]);

const contains = (collected: Collected, { last, index, payload }: DataFrame): boolean =>
  collected.last === last && equal(collected.fragments[index], payload);

/** Whether the fragment cannot be of the same message, though its sequence number is. */
const contradicts = (collected: Collected, frame: DataFrame): boolean =>
  collected.last !== frame.last ||
  (collected.fragments[frame.index] !== undefined && !contains(collected, frame));

const sameMessage = (a: Collected, b: Collected): boolean =>
  a.last === b.last && a.fragments.every((fragment, index) => equal(fragment, b.fragments[index]));

const join = (fragments: readonly (Uint8Array | undefined)[]): Uint8Array => {
  const whole = new Uint8Array(fragments.reduce((sum, part) => sum + (part?.length ?? 0), 0));
  let end = 0;
  for (const part of fragments) {
    if (part === undefined) continue;
    whole.set(part, end);
    end += part.length;
  }
  return whole;
};

/**
 * Puts fragments together and tells repetitions from news. Sequence numbers come round and
 * anybody can send one, so a number alone never decides: only what was delivered within
 * `memoryMs` and has equal bytes is a duplicate.
 */
export class Reassembly {
  readonly #memoryMs: number;
  readonly #partial = new Map<number, Collected>();
  readonly #delivered = new Map<number, Collected>();

  constructor(memoryMs: number) {
    this.#memoryMs = memoryMs;
  }

  accept(frame: DataFrame, nowMs: number): Accepted {
    this.#forget(nowMs);
    const key = keyOf(frame);
    const delivered = this.#delivered.get(key);
    const partial = this.#partial.get(key);
    if (partial === undefined && delivered !== undefined && contains(delivered, frame)) {
      return { bitmap: delivered.bitmap, message: null };
    }
    const known = partial === undefined || contradicts(partial, frame) ? null : partial;
    const fragments = known?.fragments ?? [];
    fragments[frame.index] = frame.payload;
    const bitmap = (known?.bitmap ?? 0) | (1 << frame.index);
    const collected = { last: frame.last, fragments, bitmap, atMs: nowMs };
    if (bitmap !== completeBitmap(frame.last)) {
      keep(this.#partial, key, collected, MAX_PARTIAL);
      return { bitmap, message: null };
    }
    this.#partial.delete(key);
    const repeated = delivered !== undefined && sameMessage(delivered, collected);
    keep(this.#delivered, key, collected, MAX_DELIVERED);
    return { bitmap, message: repeated ? null : join(fragments) };
  }

  /** What is here of the message that is asked about. */
  bitmapOf(request: AckRequestFrame, nowMs: number): number {
    this.#forget(nowMs);
    const key = keyOf(request);
    const partial = this.#partial.get(key);
    if (partial !== undefined) return partial.last === request.last ? partial.bitmap : 0;
    const delivered = this.#delivered.get(key);
    const isAboutIt =
      delivered?.last === request.last && digest(join(delivered.fragments)) === request.digest;
    return isAboutIt ? delivered.bitmap : 0;
  }

  #forget(nowMs: number): void {
    for (const collection of [this.#partial, this.#delivered]) {
      for (const [key, { atMs }] of collection) {
        if (nowMs - atMs <= this.#memoryMs) break;
        collection.delete(key);
      }
    }
  }
}

/** Insertion order is age: what was touched last goes to the end, and the first leaves. */
const keep = (
  collection: Map<number, Collected>,
  key: number,
  collected: Collected,
  limit: number,
): void => {
  collection.delete(key);
  collection.set(key, collected);
  const [oldest] = collection.keys();
  if (collection.size > limit && oldest !== undefined) collection.delete(oldest);
};
