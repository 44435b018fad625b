import { createRequire } from 'node:module';
import { wallClock } from '../../../drivers/clock/wall.ts';
import type { I2cBusModule } from '../../../drivers/i2c/i2c-bus.ts';
import { Bme280Chip } from '../../../simulations/bme280/chip.ts';
import { EXAMPLE_CALIBRATION } from '../../../simulations/bme280/example.ts';

/** The chip's registers in place of the kernel's bus; each SIGUSR2 pulls its wires, or puts them back. */
const chip = new Bme280Chip({
  clock: wallClock,
  calibration: EXAMPLE_CALIBRATION,
  sensed: { temperature: 519888, pressure: 415148, humidity: 30000 },
});
process.on('SIGUSR2', () => {
  chip.connected = !chip.connected;
});

/** What i2c-bus says of a NACK on a Raspberry Pi. */
const acknowledged = (): void => {
  if (!chip.connected)
    throw Object.assign(new Error('EREMOTEIO, remote I/O error'), { errno: 121 });
};

const bus: I2cBusModule = {
  openPromisified: async () => ({
    readI2cBlock: async (_address, register, length, buffer) => {
      acknowledged();
      buffer.set(chip.read(register, length));
      return { bytesRead: length };
    },
    writeByte: async (_address, register, value) => {
      acknowledged();
      chip.write(register, value);
    },
    close: async () => {},
  }),
};

const require = createRequire(import.meta.url);
require.cache[require.resolve('i2c-bus')] = { exports: bus } as NodeJS.Module;
