import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Trail } from './trail.ts';

test('keeps the last items within both bounds, and says what is gone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 300, maxLength: 3_000, size: 'max' }),
      (sizes) => {
        const trail = new Trail<number>({ maxItems: 500, maxBytes: 5_000 });
        sizes.forEach((bytes, at) => void trail.push(at, bytes));
        const { items, next, lost } = trail.since(0, Number.POSITIVE_INFINITY);
        expect(next).toBe(sizes.length);
        expect([lost + items.length, trail.first]).toEqual([sizes.length, lost]);
        expect(items).toEqual(sizes.map((_, at) => at).slice(lost));
        const kept = sizes.slice(lost).reduce((sum, bytes) => sum + bytes, 0);
        expect(items.length <= 500 && kept <= 5_000).toBe(true);
        const oneMore = sizes[lost - 1];
        if (oneMore !== undefined)
          expect(items.length === 500 || kept + oneMore > 5_000).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test('is read in parts of about so many bytes, in order and whole', () => {
  const trail = new Trail<number>({ maxItems: 100, maxBytes: 10_000 });
  for (let at = 0; at < 50; at += 1) trail.push(at, 10);
  const read: number[] = [];
  for (let next = 0; next < trail.end; ) {
    const part = trail.since(next, 35);
    expect(part.items).toHaveLength(Math.min(3, 50 - next));
    read.push(...part.items);
    next = part.next;
  }
  expect(read).toEqual(Array.from({ length: 50 }, (_, at) => at));
  expect(trail.since(50, 35)).toEqual({ items: [], next: 50, lost: 0 });
});
