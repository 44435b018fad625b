import { expect, test } from 'vitest';
import { TiesError } from '../protocol/errors.ts';
import { kept, outcome } from './outcome.ts';
import { backOffMs, reasonOf } from './retry.ts';

test('back-off doubles from 2 s to five minutes', () => {
  const tries = [0, 1, 2, 3, 8, 9, 1000];
  const waits = [2_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000];
  expect(tries.map(backOffMs)).toEqual(waits);
});

test.each([
  ['the code of a TiesError', { error: new TiesError('TPM_BUSY', 'Try again.') }, 'TPM_BUSY'],
  ['the text of another error', { error: new Error('out of memory') }, 'out of memory'],
  ['what was thrown, as text', { error: 'gone' }, 'gone'],
  ['null, as text', { error: null }, 'null'],
  ['the error itself, outside of an event', new TiesError('TPM_FLOOR', 'Old.'), 'TPM_FLOOR'],
])('the reason of a failure is %s', (_, event, reason) => {
  expect(reasonOf(event)).toBe(reason);
});

test('an ending kept in context is told with its reason, and never as a success', () => {
  expect(kept({ context: { reason: 'refused' } })).toEqual({ reason: 'refused' });
  expect(kept({ context: { reason: null } })).toEqual({ reason: 'unknown' });
});

test('a machine hands on the output of the final state it reached', () => {
  expect(outcome({ event: { output: { reason: 'expired' } } })).toEqual({ reason: 'expired' });
});
