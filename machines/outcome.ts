import { TiesError } from '../protocol/errors.ts';

/** How a protocol run ended: `reason` is null exactly when it succeeded. */
export interface Outcome {
  readonly reason: string | null;
  /** What the operator can do, where the reason is an error of ours. */
  readonly advice?: string | null;
}

export const SUCCESS: Outcome = { reason: null };

/**
 * A machine's output is that of the final state it reached: charts say beside each ending what it
 * means, and this hands it on.
 */
export const outcome = ({ event }: { event: unknown }): Outcome =>
  (event as { output: Outcome }).output;

/** The output of a final state that is reached for a reason kept in context. */
export const kept = ({ context }: { context: Outcome }): Outcome => ({
  reason: context.reason ?? 'unknown',
  ...(context.advice && { advice: context.advice }),
});

const CRASHED = {
  reason: 'crashed',
  advice: 'This is a fault in TIES itself: report it, with the log.',
} as const;

/** What a TPM was given and could not take: the fault of who sent it, which no retry mends. */
const FAULTS_OF_A_PEER: readonly string[] = ['TPM_BAD_WRAP', 'TPM_BAD_KEY'];

export const isPeersFault = ({ reason }: { readonly reason: string }): boolean =>
  FAULTS_OF_A_PEER.includes(reason);

/**
 * Why an actor failed, from its error event, and what the operator can do. What an error that is
 * not ours says may be anything, also a secret, and is not repeated.
 */
export const failureOf = (event: object): { readonly reason: string; readonly advice: string } => {
  const { error } = event as { readonly error?: unknown };
  return error instanceof TiesError ? { reason: error.code, advice: error.message } : CRASHED;
};
