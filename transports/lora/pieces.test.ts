import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fragmentsOf, MAX_MESSAGE_BYTES } from './fragments.ts';
import type { DataFrame, ParityFrame } from './frame.ts';
import { parityFragments } from './parity.ts';
import { pieceOf } from './pieces.ts';

const route = { net: 0, dst: 2, src: 1, seq: 7, ackWanted: false } as const;

const fragment = (bytes: number, index: number, last: number): DataFrame => ({
  ...route,
  type: 'data',
  index,
  last,
  payload: new Uint8Array(bytes),
});

/** Parity over fragments of so many bytes. */
const parity = (bytes: number, last: number, padCount: number): ParityFrame => ({
  ...route,
  type: 'parity',
  index: 0,
  last,
  payload: new Uint8Array(1 + bytes).fill(padCount),
});

test('whatever a sender cuts is a piece', () => {
  const lengths = fc.integer({ min: 0, max: MAX_MESSAGE_BYTES });
  fc.assert(
    fc.property(lengths, (length) => {
      const fragments = fragmentsOf(new Uint8Array(length));
      const last = fragments.length - 1;
      for (const [index, payload] of fragments.entries()) {
        expect(pieceOf({ ...fragment(0, index, last), payload })).not.toBeNull();
      }
      if (length === 247) return;
      for (const payload of parityFragments(fragments, 2)) {
        expect(pieceOf({ ...parity(0, last, 0), payload })).not.toBeNull();
      }
    }),
    { numRuns: 300, examples: [[0], [246], [248], [249], [492], [493], [3690], [3936]] },
  );
});

test.each([
  ['one of several that is shorter than half a frame', fragment(122, 0, 2)],
  ['the last of several, shorter than that', fragment(122, 2, 2)],
  ['one that leaves no room for a pad count', fragment(247, 0, 2)],
  ['parity over such short ones', parity(122, 2, 0)],
  ['parity over a last one shorter than half a frame', parity(130, 15, 10)],
  ['parity that pads by as much as there are fragments', parity(200, 2, 3)],
  ['parity that pads a single fragment', parity(200, 0, 1)],
  ['parity without a pad count', { ...parity(0, 0, 0), payload: new Uint8Array(0) }],
])('%s is none', (_, frame) => {
  expect(pieceOf(frame)).toBeNull();
});
