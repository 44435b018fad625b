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
