import { expect, test } from 'vitest';
import { TiesError } from './errors.ts';

test('an error is told apart by its name and code, and keeps what it came from', () => {
  const cause = new RangeError('of a library');
  const error = new TiesError('TPM_BUSY', 'Try again.', { cause });
  expect(error).toBeInstanceOf(Error);
  expect(`${error}`).toBe('TiesError: Try again.');
  expect([error.code, error.cause]).toEqual(['TPM_BUSY', cause]);
});
