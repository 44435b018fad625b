import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageArbitrary } from '../test/protocol/arbitrary.ts';
import { type AnyValues, encodeBody } from './body.ts';
import { MESSAGE_NAMES, type MessageName } from './messages.ts';
import { encodeOpen, tagBytes } from './packet.ts';
import { maximumBytes, type SizeCase } from './sizes.ts';

const p256 = { storageKey: 'p256' } as const;
const rsa = { storageKey: 'rsa2048' } as const;

/** Ceilings of docs/protocol.md: message, sizes, bytes before link headers. */
const CEILINGS: readonly (readonly [MessageName, SizeCase, number])[] = [
  ['J1', p256, 74],
  ['J2', p256, 92],
  ['J3', p256, 62],
  ['J3', rsa, 286],
  ['J4', p256, 186],
  ['J4', { storageKey: 'rsa2048', recipient: 'p256' }, 410],
  ['J4', rsa, 634],
  ['J5', p256, 26],
  ['K1', p256, 242],
  ['K1', rsa, 468],
  ['K2.direct', p256, 247],
  ['K2.direct', rsa, 474],
  ['ticket', p256, 247],
  ['ticket', rsa, 474],
  ['K2.indirect', p256, 284],
  ['K2.indirect', rsa, 508],
  ['peer.query', p256, 34],
  ['peer.info', p256, 72],
  ['ack', p256, 34],
  ['refuse', p256, 34],
  ['K3.direct', p256, 34],
  ['K3.indirect', p256, 38],
  ['K4', p256, 38],
  ['C1', p256, 34],
  ['C2', p256, 44],
  ['R0', p256, 30],
  ['R1', p256, 36],
  ['R2', p256, 36],
  ['roster.get', p256, 32],
  ['R0.all', p256, 84],
  ['roster.delta', { ...p256, items: 1 }, 114],
  ['roster.delta', { ...p256, items: 10 }, 240],
  ['roster.page', { ...p256, items: 1 }, 120],
  ['roster.page', { ...p256, items: 10 }, 246],
  ['leave', p256, 34],
  ['revoke', p256, 34],
  ['data', { ...p256, items: 0 }, 12],
];

test.each(CEILINGS)('%s %j fits %i bytes', (name, sizes, ceiling) => {
  expect(maximumBytes(name, sizes)).toBeLessThanOrEqual(ceiling);
});

/** Whose keys a message carries, by the lengths that tell. */
const sizesOf = (clear: AnyValues, body: AnyValues): SizeCase => {
  const lengthOf = (value: unknown): number =>
    (value as { length: number } | undefined)?.length ?? 0;
  const kindOf = (value: unknown) => (lengthOf(value) < 256 ? 'p256' : 'rsa2048');
  return {
    storageKey: kindOf(body.storageKey ?? body.wrap ?? clear.ticket),
    ...(body.seed !== undefined && { recipient: kindOf(body.seed) }),
    items: lengthOf(body.entries ?? body.payload),
  };
};

test.each(MESSAGE_NAMES)(
  'no %s is longer than its maximum with the same keys, and some are as long',
  (name) => {
    const spareBytes = new Map<string, number>();
    const messages = fc.sample(fc.noBias(messageArbitrary(name)), {
      numRuns: name === 'K2.indirect' ? 150 : 30,
      seed: 7,
    });
    for (const { kid, place, clear, body } of messages) {
      const { items, ...keys } = sizesOf(clear, body);
      const open = encodeOpen({ name, kid, counter: place.counter }, clear);
      const bytes = open.length + encodeBody(name, body).length + tagBytes(name);
      const spare = maximumBytes(name, { ...keys, items: items as number }) - bytes;
      const kinds = JSON.stringify(keys);
      spareBytes.set(kinds, Math.min(spareBytes.get(kinds) ?? Infinity, spare));
    }
    for (const [kinds, least] of spareBytes) expect([kinds, least]).toEqual([kinds, 0]);
  },
);

const FRAME = 247;
test.each(['J1', 'J2', 'J3', 'J4', 'K1', 'K2.direct', 'ticket'] as const)(
  '%s fits one frame with P-256 keys',
  (name) => expect(maximumBytes(name, p256)).toBeLessThanOrEqual(FRAME),
);

test('a full delta and a full page fit one frame', () => {
  expect(maximumBytes('roster.delta', { ...p256, items: 11 })).toBeLessThanOrEqual(FRAME);
  expect(maximumBytes('roster.page', { ...p256, items: 10 })).toBeLessThanOrEqual(FRAME);
});
