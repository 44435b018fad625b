/** The way to a peer, under whatever keys it takes now. */
export interface Line {
  /** Boot epoch of the peer. Another than before: it restarted, and may have missed the last ones. */
  readonly epoch: number;
  /**
   * Resolves when the link has its acknowledgement. The same payload again, that very array, goes
   * as the same bytes: if the peer has it, it knows it again.
   */
  send(payload: Uint8Array, signal: AbortSignal): Promise<void>;
}

/** By a name of the role file; fails with a `TiesError` where there is no way now. */
export type OpenLine = (peer: string, signal: AbortSignal) => Promise<Line>;
