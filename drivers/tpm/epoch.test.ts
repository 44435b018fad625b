import { expect, test } from 'vitest';
import { epochOf } from './epoch.ts';

test.each([1n, 2n, 4_294_967_295n])('a boot counter of %s is that epoch', (counter) => {
  expect(epochOf(counter)).toBe(Number(counter));
});

test.each([0n, 4_294_967_296n, 2n ** 64n - 1n])(
  'a boot counter of %s is none, for it would repeat nonces',
  (counter) => {
    expect(() => epochOf(counter)).toThrow(expect.objectContaining({ code: 'TPM_EPOCH' }));
  },
);
