import { expect, test } from 'vitest';
import { boundedSpreadMs, crowdMs } from './crowd.ts';

const listing = (...addresses: readonly number[]) => ({
  entries: addresses.map((address) => ({
    ...{ address, state: 'active' },
    devId: new Uint8Array(8),
  })) as never,
});

test('up to ten nodes wait for nothing, more for 50 ms each', () => {
  expect(crowdMs(2, listing(2, 11))).toBe(0);
  expect(crowdMs(2, listing(12, 3))).toBe(50);
  expect(crowdMs(2, listing(3, 101))).toBe(90 * 50);
});

test('who knows of nobody else goes by its own address', () => {
  expect(crowdMs(101, listing())).toBe(90 * 50);
});

test('no call makes a node wait for more than five minutes', () => {
  expect(boundedSpreadMs(25_000)).toBe(25_000);
  expect(boundedSpreadMs(2 ** 32 - 1)).toBe(300_000);
});
