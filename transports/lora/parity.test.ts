import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { fragmentsOf, MAX_MESSAGE_BYTES, PAD_COUNT_BYTES } from './fragments.ts';
import { parityFragment, parityFragments, recover } from './parity.ts';

/** What is left of a message when of all its pieces only those chosen arrive. */
const piecesOf = (message: Uint8Array, parityCount: number, chosen: (place: number) => boolean) => {
  const fragments = fragmentsOf(message);
  const parity = parityFragments(fragments, parityCount);
  const last = fragments.length - 1;
  return {
    last,
    bytes: (fragments[0] as Uint8Array).length,
    endBytes: (fragments[last] as Uint8Array).length,
    fragments: new Map([...fragments.entries()].filter(([index]) => chosen(index))),
    parity: new Map(
      [...parity.entries()]
        .filter(([number]) => chosen(last + 1 + number))
        .map(([number, payload]) => [number, payload.subarray(PAD_COUNT_BYTES)]),
    ),
  };
};

test('any last + 1 of fragments and parity fragments give the message', () => {
  const message = fc
    .tuple(fc.integer({ min: 0, max: MAX_MESSAGE_BYTES }), fc.nat())
    .map(([length, seed]) => seededRandom(seed, 'message').bytes(length));
  const order = fc.array(fc.nat(), { minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(message, fc.integer({ min: 1, max: 16 }), order, (payload, parityCount, ranks) => {
      const { last } = piecesOf(payload, 0, () => true);
      const places = Array.from({ length: last + 1 + parityCount }, (_, place) => place);
      places.sort((a, b) => (ranks[a] as number) - (ranks[b] as number));
      const arrived = new Set(places.slice(0, last + 1));
      const pieces = piecesOf(payload, parityCount, (place) => arrived.has(place));
      expect(Buffer.from(recover(pieces)).equals(payload)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('sixteen fragments come back from sixteen parity fragments alone', () => {
  const message = Uint8Array.from({ length: MAX_MESSAGE_BYTES - 5 }, (_, i) => (i * i) >> 3);
  expect(recover(piecesOf(message, 16, (place) => place > 15))).toEqual(message);
});

test('the bytes are those on the air', () => {
  const fragments = [Uint8Array.of(1, 2), Uint8Array.of(0x80)];
  expect([...parityFragment(fragments, 0)]).toEqual([1, 0x67, 0xad]);
  expect([...parityFragment(fragments, 1)]).toEqual([1, 0x7a, 0xe4]);
  expect([...parityFragment(fragments, 15)]).toEqual([1, 0x44, 0x54]);
});

test('a later parity fragment does not depend on how many there are', () => {
  const fragments = fragmentsOf(Uint8Array.from({ length: 700 }, (_, i) => i));
  expect(parityFragments(fragments, 5)[4]).toEqual(parityFragment(fragments, 4));
  expect(parityFragments(fragments, 2)).toEqual(parityFragments(fragments, 5).slice(0, 2));
});
