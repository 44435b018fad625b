import { expect, test } from 'vitest';
import { backOffMs } from './retry.ts';

test('back-off doubles from 2 s to five minutes', () => {
  const tries = [0, 1, 2, 3, 8, 9, 1000];
  const waits = [2_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000];
  expect(tries.map(backOffMs)).toEqual(waits);
});
