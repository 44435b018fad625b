/** A source of random bytes. In a simulation it is seeded, on a device it is the kernel's. */
export interface Random {
  /** `length` fresh bytes. */
  bytes(length: number): Uint8Array;
}
