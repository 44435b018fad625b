/** A chip on an SPI bus. Transfers of one bus are made one after the other, in order. */
export interface SpiDevice {
  /** Full duplex, chip select held throughout: as many bytes come in as go out. */
  transfer(out: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}
