import type { Clock } from '../../drivers/clock/interface.ts';
import { i2cFault } from '../../drivers/i2c/faults.ts';
import type { I2cDevice, I2cPlace } from '../../drivers/i2c/interface.ts';
import type { Bme280Chip } from './chip.ts';

/** errno of Linux for a NACK on the bus of a Raspberry Pi. */
const EREMOTEIO = 121;
/** Eight bits and an acknowledge at 100 kHz. */
const BYTE_MS = 0.09;

/** A simulated chip on a simulated bus, which takes its time and knows a NACK. */
export const simulatedI2cDevice = (
  chip: Bme280Chip,
  clock: Clock,
  place: I2cPlace = { bus: 1, address: 0x76 },
): I2cDevice => {
  const transfer = <T>(bytes: number, act: () => T): Promise<T> =>
    clock.work(bytes * BYTE_MS, async () => {
      if (!chip.connected) throw i2cFault({ errno: EREMOTEIO }, place);
      return act();
    });
  return {
    // Address, register, address again; then what is read.
    read: (register, length) => transfer(3 + length, () => chip.read(register, length)),
    write: (register, value) => transfer(3, () => chip.write(register, value)),
    close: async () => {},
  };
};
