/**
 * A chip on an SPI bus. Transfers of one bus are made one after the other, in order, and each
 * takes its own time: on a wire the wall clock's, in a model the virtual clock's (`clock.work`,
 * bytes × 8 / bus clock and what the kernel adds). Who transfers just awaits.
 */
export interface SpiDevice {
  /** Full duplex, chip select held throughout: as many bytes come in as go out. */
  transfer(out: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}
