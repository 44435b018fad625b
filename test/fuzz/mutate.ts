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
const ODD_BYTES = ODD.map((byte) => Uint8Array.of(byte));

/** Where an input is made, so that one costs one copy; nothing that grows by pieces comes near its end. */
const desk = new Uint8Array(2 ** 20);
const NOTHING = new Uint8Array(0);
const NO_WORDS: readonly Uint8Array[] = [];

/** Puts a piece in the place of the bytes from `at` to `end`; how many there are then. */
const put = (length: number, at: number, end: number, piece: Uint8Array): number => {
  desk.copyWithin(at + piece.length, end, length);
  desk.set(piece, at);
  return at + piece.length + Math.max(0, length - end);
};

/** One input made of another: bits, bytes, lengths, words of its format and pieces of a second one. */
export const mutated = (
  dice: Dice,
  seed: Uint8Array,
  other: Uint8Array,
  words: readonly Uint8Array[] = NO_WORDS,
): Uint8Array => {
  desk.set(seed);
  let { length } = seed;
  for (let changes = 1 + dice.below(4); changes > 0; changes -= 1) {
    const at = dice.below(Math.max(1, length));
    switch (dice.below(words.length > 0 ? 9 : 7)) {
      case 0:
        desk[at] = (desk[at] as number) ^ (1 << dice.below(8));
        break;
      case 1:
        desk[at] = dice.of(ODD);
        break;
      case 2:
        desk[at] = dice.below(256);
        break;
      case 3:
        length = at;
        break;
      case 4:
        length = put(length, at, at, dice.of(ODD_BYTES));
        break;
      case 5:
        length = put(length, at, at + 1, NOTHING);
        break;
      case 6: {
        const from = dice.below(Math.max(1, other.length));
        const piece = other.subarray(from, from + 16);
        const to = dice.below(2) === 0 ? length : at;
        length = put(length, to, to, piece);
        break;
      }
      default:
        length = put(length, at, at + dice.below(4), dice.of(words));
    }
  }
  return desk.slice(0, length);
};
