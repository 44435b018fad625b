import type { Clock } from '../../drivers/clock/interface.ts';
import type { SpiDevice } from '../../drivers/spi/interface.ts';

export interface SpiTiming {
  /** Clock of the bus. */
  readonly clockHz: number;
  /** Call, chip select and return on a Raspberry Pi under Linux. *est.* */
  readonly overheadMs: number;
}

export const RASPBERRY_PI_SPI: SpiTiming = { clockHz: 5_000_000, overheadMs: 0.05 };

/** The host's end of a bus on which each transfer takes its time, one after the other. */
export const spiBus = (
  clock: Clock,
  { clockHz, overheadMs }: SpiTiming,
  exchange: (out: Uint8Array) => Uint8Array,
): SpiDevice => {
  let freeMs = 0;
  return {
    transfer: (out) => {
      const bytes = out.slice();
      freeMs = Math.max(freeMs, clock.now()) + overheadMs + (bytes.length * 8000) / clockHz;
      return new Promise((resolve) => {
        clock.setTimeout(() => resolve(exchange(bytes)), freeMs - clock.now());
      });
    },
    close: () => Promise.resolve(),
  };
};
