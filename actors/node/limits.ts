const HOUR_MS = 3_600_000;

/** How long a node goes on by itself. Time is that since it was switched on: no clock is trusted. */
export interface NodeLimits {
  /**
   * Without an answer of the Central Entity for so long it talks to no peer, as it may have been
   * kept from hearing of a revocation; after half of it, it asks.
   */
  readonly silenceMs: number;
  /** Data keys of this age are renewed by a confirm when they are next used. */
  readonly trafficMs: number;
  /** A session key of this age is replaced when it is next used. */
  readonly sessionMs: number;
  /** So is one under which so many confirms were made; they are counted over restarts. */
  readonly confirms: number;
}

export const NODE_LIMITS: NodeLimits = {
  silenceMs: 24 * HOUR_MS,
  trafficMs: 6 * HOUR_MS,
  sessionMs: 24 * HOUR_MS,
  confirms: 256,
};
