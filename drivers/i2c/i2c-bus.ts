import { createRequire } from 'node:module';
import { TiesError } from '../../protocol/errors.ts';
import { type I2cFailure, i2cFault } from './faults.ts';
import type { I2cDevice, I2cPlace } from './interface.ts';

/** What is called of an open bus of i2c-bus, which has no types of its own. */
export interface PromisedBus {
  /** SMBus's block: plain `i2cRead` is refused (ENOTSUP) by adapters that know SMBus only. */
  readI2cBlock(
    address: number,
    register: number,
    length: number,
    buffer: Buffer,
  ): Promise<{ readonly bytesRead: number }>;
  writeByte(address: number, register: number, value: number): Promise<void>;
  close(): Promise<void>;
}

export interface I2cBusModule {
  openPromisified(bus: number): Promise<PromisedBus>;
}

const require = createRequire(import.meta.url);

/** Tried, not looked for: a build for another Node stands in its folder all the same. */
const loadI2cBus = (): I2cBusModule => {
  try {
    return require('i2c-bus');
  } catch (cause) {
    throw new TiesError(
      'I2C_MODULE_MISSING',
      'i2c-bus does not load here; build it for this Node with g++, make and python3 by typing: ' +
        'npm rebuild i2c-bus',
      { cause },
    );
  }
};

/**
 * A chip behind `/dev/i2c-N`. What failed closes the bus, and the next call opens it anew: i2c-bus
 * keeps a descriptor whose address the kernel refused, and would speak with address 0 through it.
 */
export const i2cBusDevice = (place: I2cPlace, load = loadI2cBus): I2cDevice => {
  let opened: Promise<PromisedBus> | null = null;

  const closeBus = async (): Promise<void> => {
    const bus = opened;
    opened = null;
    await bus?.then((open) => open.close());
  };
  const withBus = async <T>(use: (bus: PromisedBus) => Promise<T>): Promise<T> => {
    const module = load();
    try {
      opened ??= module.openPromisified(place.bus);
      return await use(await opened);
    } catch (cause) {
      // It failed already; what closing may add to that helps nobody.
      await closeBus().catch(() => undefined);
      throw i2cFault(cause as I2cFailure, place);
    }
  };

  return {
    read: (register, length) =>
      withBus(async (bus) => {
        const buffer = Buffer.alloc(length);
        const { bytesRead } = await bus.readI2cBlock(place.address, register, length, buffer);
        if (bytesRead !== length) throw Object.assign(new Error('short read'), { errno: EIO });
        return new Uint8Array(buffer);
      }),
    write: (register, value) => withBus((bus) => bus.writeByte(place.address, register, value)),
    close: closeBus,
  };
};

const EIO = 5;
