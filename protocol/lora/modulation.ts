/** Longest LoRa frame: the length byte of its header, and the chip's FIFO, hold no more. */
export const MAX_FRAME_BYTES = 255;

/** LoRa modulation and channel: what time on air, range and the legal limits follow from. */
export interface Modulation {
  readonly frequencyHz: number;
  readonly spreadingFactor: number;
  readonly bandwidthHz: number;
  /** 4/5 is 5, 4/8 is 8. */
  readonly codingRateDenominator: number;
  readonly preambleSymbols: number;
  /** RegSyncWord: 0x12 is a private network's, 0x34 LoRaWAN's. */
  readonly syncWord: number;
  readonly powerDbm: number;
}

/** SNR at which a spreading factor is just demodulated, dB (SX1276 datasheet, table 13). */
export const demodulationFloorDb = (spreadingFactor: number): number =>
  -5 - 2.5 * (spreadingFactor - 6);
