/** 1 P-256, 2 RSA-2048 (the paper's); 3 and 4 the same with a policy that refuses Rewrap. */
export type Suite = 1 | 2 | 3 | 4;

/**
 * The public part of RK, as it travels: everything but `unique` follows from the suite.
 * `unique` is a compressed point (33 B) or a modulus (256 B).
 */
export interface StorageKey {
  readonly suite: Suite;
  readonly unique: Uint8Array;
}
