import { expect, test } from 'vitest';
import { TiesError } from '../protocol/errors.ts';
import { failureOf, isPeersFault, kept, outcome } from './outcome.ts';

test('an error of ours is told with its code and what to do', () => {
  const error = new TiesError('TPM_BUSY', 'Try again.');
  expect(failureOf({ error })).toEqual({ reason: 'TPM_BUSY', advice: 'Try again.' });
});

test.each([
  ['another error', new Error('the key is 5a5a')],
  ['what is none', 'the key is 5a5a'],
  ['nothing', null],
])('%s is a crash, and its text is not told', (_, error) => {
  expect(failureOf({ error })).toMatchObject({ reason: 'crashed' });
  expect(JSON.stringify(failureOf({ error }))).not.toMatch('5a5a');
});

test.each([
  ['TPM_BAD_WRAP', true],
  ['TPM_BAD_KEY', true],
  ['TPM_REFUSED', false],
])('%s of a TPM is the fault of a peer: %s', (reason, isPeers) => {
  expect(isPeersFault({ reason })).toBe(isPeers);
});

test('an ending kept in context is told with its reason, and never as a success', () => {
  expect(kept({ context: { reason: 'refused' } })).toEqual({ reason: 'refused' });
  expect(kept({ context: { reason: null } })).toEqual({ reason: 'unknown' });
  const failure = { reason: 'TPM_BUSY', advice: 'Try again.' };
  expect(kept({ context: failure })).toEqual(failure);
});

test('a machine hands on the output of the final state it reached', () => {
  expect(outcome({ event: { output: { reason: 'expired' } } })).toEqual({ reason: 'expired' });
});
