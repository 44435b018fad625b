import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import {
  confirmsNext,
  isLater,
  successor,
  transactionBytes,
  transactionText,
} from './transaction.ts';

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const id = fc.record({ epoch: u32, number: u32 });
const asNumber = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);

test('a transaction is 10 bytes: requester, epoch, number', () => {
  const transaction = { requester: 0x0102, epoch: 0x03040506, number: 0x0708090a };
  expect(toHex(transactionBytes(transaction))).toBe('0102030405060708090a');
  expect(transactionText({ requester: 2, epoch: 3, number: 4 })).toBe('2.3.4');
});

describe('of two transactions', () => {
  test.each([
    [1, 1, 1, 1, false],
    [1, 2, 1, 1, true],
    [1, 1, 1, 2, false],
    [2, 1, 1, 9, true],
    [1, 9, 2, 1, false],
  ])('%i.%i after %i.%i: %s', (epoch, number, otherEpoch, otherNumber, later) => {
    expect(isLater({ epoch, number }, { epoch: otherEpoch, number: otherNumber })).toBe(later);
  });

  test('exactly one is the later, unless they are the same', () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        const same = a.epoch === b.epoch && a.number === b.number;
        expect(Number(isLater(a, b)) + Number(isLater(b, a))).toBe(same ? 0 : 1);
      }),
    );
  });
});

describe('ID + 1', () => {
  test.each([
    ['0000000000000000', '0000000000000001'],
    ['00000000000000ff', '0000000000000100'],
    ['00ffffffffffffff', '0100000000000000'],
    ['ffffffffffffffff', '0000000000000000'],
  ])('%s is followed by %s', (challenge, next) => {
    const bytes = Uint8Array.from(Buffer.from(challenge, 'hex'));
    expect(toHex(successor(bytes))).toBe(next);
    expect(toHex(bytes)).toBe(challenge);
  });

  test('is addition modulo 2^64, and the only answer that confirms', () => {
    const eight = fc.uint8Array({ minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(eight, eight, (challenge, other) => {
        const next = successor(challenge);
        expect(asNumber(next)).toBe((asNumber(challenge) + 1n) % 2n ** 64n);
        expect(confirmsNext(challenge, next)).toBe(true);
        expect(confirmsNext(challenge, challenge)).toBe(false);
        expect(confirmsNext(challenge, other)).toBe(asNumber(other) === asNumber(next));
        expect(confirmsNext(challenge, next.subarray(1))).toBe(false);
        expect(confirmsNext(challenge, Uint8Array.of(...next, 0))).toBe(false);
      }),
    );
  });
});
