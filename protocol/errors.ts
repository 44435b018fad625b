/**
 * A broken invariant, or bad input from the operator or the hardware. Faults of a peer are
 * events, not errors. `code` is stable; the message says what to do.
 */
export class TiesError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TiesError';
    this.code = code;
  }
}
