import type { Refusal } from '../../protocol/messages.ts';
import { failureOf, isPeersFault } from '../outcome.ts';

/** What is said of a wrap that a TPM did not take, from the error event: that it is none, or later. */
export const refusalOf = (event: object): { refusal: Refusal; reason: string; advice: string } => {
  const failure = failureOf(event);
  return { refusal: isPeersFault(failure) ? 'malformed' : 'busy', ...failure };
};
