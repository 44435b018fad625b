/** Where fresh bytes come from. */
export interface RandomSource {
  bytes(length: number): Uint8Array;
}
