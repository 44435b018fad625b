import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256, toHex } from './bytes.ts';
import {
  addressIn,
  decodeMembership,
  devIdOf,
  encodeMembership,
  isJoiner,
  isNode,
  MAX_MEMBERSHIP_BYTES,
  type Membership,
  namedBy,
  shortDevId,
} from './identity.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const membershipUnder = (suites: readonly Membership['centerSuite'][], keyBytes: number) =>
  fc.record({
    netId: bytes(8),
    address: fc.integer({ min: 2, max: 65_279 }),
    centerSuite: fc.constantFrom(...suites),
    centerKey: bytes(keyBytes),
    rosterKey: bytes(33),
    rosterVersion: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  });
const memberships: fc.Arbitrary<Membership> = fc.oneof(
  membershipUnder([1, 3], 33),
  membershipUnder([2, 4], 256),
);
const unreadable = expect.objectContaining({ code: 'TIES_MEMBERSHIP' });

describe('what a node keeps of its network', () => {
  test('reads back', () => {
    fc.assert(
      fc.property(memberships, (membership) => {
        const record = encodeMembership(membership);
        expect(decodeMembership(record)).toEqual(membership);
        const isLongest = membership.centerKey.length === 256;
        if (isLongest) expect(record.length).toBe(MAX_MEMBERSHIP_BYTES);
        else expect(record.length).toBeLessThan(MAX_MEMBERSHIP_BYTES);
      }),
    );
  });

  test('is network, address, roster version, roster key, suite and key of the center', () => {
    const membership: Membership = {
      netId: new Uint8Array(8).fill(0xa1),
      address: 0x0203,
      rosterVersion: 0x04050607,
      rosterKey: new Uint8Array(33).fill(0xb2),
      centerSuite: 1,
      centerKey: new Uint8Array(33).fill(0xc3),
    };
    expect(toHex(encodeMembership(membership))).toBe(
      `${'a1'.repeat(8)}020304050607${'b2'.repeat(33)}01${'c3'.repeat(33)}`,
    );
  });

  test('is refused at any other length, or with a suite that does not go with the key', () => {
    fc.assert(
      fc.property(memberships, fc.integer({ min: 0, max: 255 }), (membership, suite) => {
        const record = encodeMembership(membership);
        expect(() => decodeMembership(record.slice(1))).toThrow(unreadable);
        expect(() => decodeMembership(Uint8Array.of(...record, 0))).toThrow(unreadable);
        const isRight = membership.centerKey.length === 33 ? [1, 3] : [2, 4];
        fc.pre(!isRight.includes(suite));
        expect(() => decodeMembership(record.with(47, suite))).toThrow(unreadable);
      }),
    );
  });

  test.each([0, 1, 47, 48, 128])('is refused as %i bytes of nothing', (length) => {
    expect(() => decodeMembership(new Uint8Array(length))).toThrow(unreadable);
  });
});

test('a device is named by the hash of its key’s Name: 12 bytes on the label, 8 on the air', () => {
  const name = Uint8Array.of(0, 0x0b, ...new Uint8Array(32).fill(7));
  expect(devIdOf(name)).toEqual(sha256(name).slice(0, 12));
  expect(shortDevId(devIdOf(name))).toEqual(sha256(name).slice(0, 8));
});

test('a query names a device by its address, which reads back, or by its DevID, which is none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 65_535 }), bytes(8), (address, devId) => {
      expect(namedBy(address).length).toBe(2);
      expect(addressIn(namedBy(address))).toBe(address);
      expect(addressIn(devId)).toBeNull();
    }),
  );
});

test.each([
  [0, false, false],
  [1, false, false],
  [2, true, false],
  [65_279, true, false],
  [65_280, false, true],
  [65_534, false, true],
  [65_535, false, false],
])('address %i: a node %s, a joiner %s', (address, node, joiner) => {
  expect(isNode(address)).toBe(node);
  expect(isJoiner(address)).toBe(joiner);
});
