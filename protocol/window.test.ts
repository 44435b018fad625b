import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplayWindow } from './window.ts';

const at = (...counters: number[]): ReplayWindow => {
  const window = new ReplayWindow();
  for (const counter of counters) window.mark(counter);
  return window;
};

/** The same in words: every counter ever marked, and the highest. */
class EverySeen {
  readonly #seen = new Set<number>();
  #highest = -1;

  admits(counter: number): boolean {
    return counter > this.#highest - 64 && !this.#seen.has(counter);
  }

  mark(counter: number): void {
    this.#seen.add(counter);
    this.#highest = Math.max(this.#highest, counter);
  }
}

/** Counters that mostly crowd around one another, and now and then leap as far as 32 bits go. */
const counters = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: -70, max: 70 }) },
      { weight: 1, arbitrary: fc.integer({ min: -(2 ** 31), max: 2 ** 31 }) },
    ),
    { minLength: 1, maxLength: 200 },
  )
  .map((steps) => {
    let counter = 1;
    return steps.map((step) => {
      counter = Math.min(2 ** 32 - 1, Math.max(0, counter + step));
      return counter;
    });
  });

describe('which counters may still come', () => {
  test('are those that a memory of all of them would let in', () => {
    fc.assert(
      fc.property(counters, (sequence) => {
        const window = new ReplayWindow();
        const model = new EverySeen();
        for (const counter of sequence) {
          expect(window.admits(counter)).toBe(model.admits(counter));
          if (!model.admits(counter)) continue;
          window.mark(counter);
          model.mark(counter);
        }
      }),
    );
  });

  test('are all, before the first', () => {
    for (const counter of [0, 1, 63, 64, 2 ** 32 - 1])
      expect(new ReplayWindow().admits(counter)).toBe(true);
  });

  test('are 64 wide: the highest and the 63 below it', () => {
    const window = at(100);
    expect([101, 100, 99, 37, 36].map((counter) => window.admits(counter))).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  test('keep what was seen while the window moves, up to its edge', () => {
    expect(at(10, 73).admits(10)).toBe(false);
    expect(at(10, 73).admits(11)).toBe(true);
    expect(at(10, 74).admits(10)).toBe(false);
    expect(at(10, 74).admits(11)).toBe(true);
    expect(at(10, 11, 74).admits(11)).toBe(false);
  });

  test('are not changed by asking', () => {
    const window = at(5);
    window.admits(900);
    expect(window.admits(4)).toBe(true);
  });

  test('cost no memory for a leap over all 32 bits, or for a counter from long ago', () => {
    const window = at(1, 2 ** 32 - 1, 1);
    expect(window.admits(1)).toBe(false);
    expect(window.admits(2 ** 32 - 2)).toBe(true);
  });
});

describe('a full counter from its low 16 bits', () => {
  const full = fc.integer({ min: 0, max: 2 ** 31 });

  test('is the one meant, from anywhere less than half the range away', () => {
    fc.assert(
      fc.property(full, fc.integer({ min: -(2 ** 15) + 1, max: 2 ** 15 - 1 }), (highest, step) => {
        const sent = highest + step;
        fc.pre(sent >= 0);
        expect(at(highest).expand(sent % 2 ** 16)).toBe(sent);
      }),
    );
  });

  test('is never below zero, and always ends in these bits', () => {
    fc.assert(
      fc.property(full, fc.integer({ min: 0, max: 2 ** 16 - 1 }), (highest, low) => {
        const counter = at(highest).expand(low);
        expect(counter).toBeGreaterThanOrEqual(0);
        expect(counter % 2 ** 16).toBe(low);
      }),
    );
  });

  test.each([
    [[], 0, 0],
    [[], 65_535, 65_535],
    [[3], 65_535, 65_535],
    [[65_535], 0, 65_536],
    [[65_536], 65_535, 65_535],
    [[131_071], 1, 131_073],
  ])('after %j, %i is %i', (seen, low, counter) => {
    expect(at(...seen).expand(low)).toBe(counter);
  });
});
