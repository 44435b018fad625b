/** Where a chip sits: bus 1 is the one on the header of every Raspberry Pi. */
export interface I2cPlace {
  readonly bus: number;
  /** 7 bits. */
  readonly address: number;
}

/** A chip on an I2C bus whose registers have 8-bit addresses. Fails with a `TiesError` `I2C_…`. */
export interface I2cDevice {
  /** `length` bytes (at most 32, SMBus's block) from `register` on, in one transfer. */
  read(register: number, length: number): Promise<Uint8Array>;
  write(register: number, value: number): Promise<void>;
  close(): Promise<void>;
}
