import { expect, test } from 'vitest';
import { drawEccKey } from './ecc-key.ts';
import {
  compressed,
  decodePoint,
  marshalPoint,
  uncompressed,
  unmarshalPoint,
} from './ecc-point.ts';
import { concat, sized } from './marshal.ts';

/** 1·G, 2·G, 3·G … */
const points = Array.from({ length: 8 }, (_, k) => {
  const scalar = new Uint8Array(32).with(31, k + 1);
  return drawEccKey({ bytes: () => scalar }).point;
});

test('a point comes back from each of its forms, whether its y is even or odd', () => {
  const isOdd = points.map(({ y }) => (y[31] as number) % 2 === 1);
  expect(new Set(isOdd).size).toBe(2);
  for (const point of points) {
    expect(decodePoint(compressed(point))).toEqual(point);
    expect(decodePoint(uncompressed(point))).toEqual(point);
    expect(unmarshalPoint(marshalPoint(point))).toEqual(point);
  }
});

test('a coordinate of another length is no point’s, whichever it is', () => {
  const [{ x, y }] = points as [{ x: Uint8Array; y: Uint8Array }];
  for (const [one, other] of [
    [x.subarray(1), y],
    [x, y.subarray(1)],
    [x, concat(y, Uint8Array.of(1))],
  ] as const)
    expect(unmarshalPoint(concat(sized(one), sized(other)))).toBeNull();
});
