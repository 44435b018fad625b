/** A small generator of its own: ten million inputs ask for many numbers, quickly. (Marsaglia, "Xorshift RNGs", 2003.) */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** From 0 to below `end`. */
  below(end: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state % end;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** Values that formats trip over. */
const ODD = [0, 1, 0x7f, 0x80, 0xff, 0xc0, 0xc4, 0xc5, 0xd9, 0xdc, 0xde, 0x90, 0x9f, 0xca, 0xd4];

const NOTHING = new Uint8Array(0);

/** One input made of another: bits, bytes, lengths, words of its format and pieces of a second one. */
export const mutated = (
  dice: Dice,
  seed: Uint8Array,
  { other, words = [] }: { other: Uint8Array; words?: readonly Uint8Array[] | undefined },
): Uint8Array => {
  let bytes = seed.slice();
  const put = (at: number, piece: Uint8Array, from: number): void => {
    const rest = bytes.subarray(from);
    const made = new Uint8Array(at + piece.length + rest.length);
    made.set(bytes.subarray(0, at));
    made.set(piece, at);
    made.set(rest, at + piece.length);
    bytes = made;
  };
  for (let changes = 1 + dice.below(4); changes > 0; changes -= 1) {
    const at = dice.below(Math.max(1, bytes.length));
    switch (dice.below(words.length > 0 ? 9 : 7)) {
      case 0:
        if (bytes.length > 0) bytes[at] = (bytes[at] as number) ^ (1 << dice.below(8));
        break;
      case 1:
        if (bytes.length > 0) bytes[at] = dice.of(ODD);
        break;
      case 2:
        if (bytes.length > 0) bytes[at] = dice.below(256);
        break;
      case 3:
        bytes = bytes.slice(0, at);
        break;
      case 4:
        put(at, Uint8Array.of(dice.of(ODD)), at);
        break;
      case 5:
        put(at, NOTHING, at + 1);
        break;
      case 6: {
        const from = dice.below(Math.max(1, other.length));
        put(at, other.subarray(from, from + 16), dice.below(2) === 0 ? bytes.length : at);
        break;
      }
      default:
        put(at, dice.of(words), at + dice.below(4));
    }
  }
  return bytes;
};
