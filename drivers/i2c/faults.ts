import { TiesError } from '../../protocol/errors.ts';
import type { I2cPlace } from './interface.ts';

/** What a failed system call on an I2C bus may carry; Node's and i2c-bus's errors both do. */
export interface I2cFailure {
  /** Positive from i2c-bus, negative from Node. */
  readonly errno?: number;
}

interface Advice {
  readonly code: string;
  readonly message: (place: string, bus: number) => string;
}

const noAcknowledge: Advice = {
  code: 'I2C_NO_ACK',
  message: (place, bus) =>
    `Nothing answers at ${place}. Check power and wiring (3.3 V pin 1, SDA pin 3, SCL pin 5, ` +
    `GND pin 6) and the address: i2cdetect -y ${bus} shows which answer; a BME280 has 0x76, or ` +
    '0x77 where SDO is high.',
};
const noPermission: Advice = {
  code: 'I2C_NO_PERMISSION',
  message: (_place, bus) =>
    `/dev/i2c-${bus} may not be opened by this user; type: sudo usermod -aG i2c $USER, and log ` +
    'in anew.',
};
const noBus: Advice = {
  code: 'I2C_NO_BUS',
  message: (_place, bus) =>
    `There is no /dev/i2c-${bus}; type: sudo raspi-config nonint do_i2c 0, and reboot.`,
};
const disturbed: Advice = {
  code: 'I2C_DISTURBED',
  message: (place, bus) =>
    `I2C bus ${bus} is disturbed while speaking with ${place}: look for a loose wire, a line held ` +
    'low, missing pull-ups, or wires longer than some 30 cm.',
};

/** By errno of Linux, asm-generic; the kernel's `i2c/fault-codes` tells what adapters answer. */
const BY_ERRNO: Readonly<Record<number, Advice>> = {
  1: noPermission, // EPERM
  2: noBus, // ENOENT
  5: disturbed, // EIO
  6: noAcknowledge, // ENXIO: other adapters' answer to a NACK
  13: noPermission, // EACCES
  16: {
    code: 'I2C_BUSY', // EBUSY
    message: (place) =>
      `A driver of the kernel holds ${place}. Take its overlay (such as i2c-sensor) out of ` +
      '/boot/firmware/config.txt, and reboot.',
  },
  19: noBus, // ENODEV
  95: {
    code: 'I2C_UNSUPPORTED', // EOPNOTSUPP
    message: (_place, bus) =>
      `The adapter of I2C bus ${bus} cannot read blocks of registers; use the bus of the header, 1.`,
  },
  110: disturbed, // ETIMEDOUT: a stretched or stuck clock
  121: noAcknowledge, // EREMOTEIO: what i2c-bcm2835 answers to a NACK
};

/** The operator's side of a failure: by errno, as i2c-bus leaves `code` empty for a NACK. */
export const i2cFault = (cause: I2cFailure, { bus, address }: I2cPlace): TiesError => {
  const place = `0x${address.toString(16)} on I2C bus ${bus}`;
  const errno = Math.abs(cause.errno ?? 0);
  const advice = BY_ERRNO[errno] ?? {
    code: 'I2C_FAILED',
    message: () => `Speaking with ${place} failed (errno ${errno}); try again, then look at dmesg.`,
  };
  return new TiesError(advice.code, advice.message(place, bus), { cause });
};
