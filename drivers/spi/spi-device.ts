import { createRequire } from 'node:module';
import { TiesError } from '../../protocol/errors.ts';
import { spiFault } from './faults.ts';
import type { SpiDevice } from './interface.ts';

type Callback = (error: unknown) => void;

/** What is called of an open device of spi-device. */
export interface NativeSpi {
  transfer(
    message: { byteLength: number; sendBuffer: Buffer; receiveBuffer: Buffer }[],
    done: Callback,
  ): unknown;
  close(done: Callback): unknown;
}

/** What is called of spi-device; its own types are away where the package is. */
export interface SpiDeviceModule {
  open(
    bus: number,
    device: number,
    options: { mode: 0; bitsPerWord: 8; maxSpeedHz: number },
    done: Callback,
  ): NativeSpi;
}

export interface SpiPlace {
  /** Such as /dev/spidev0.0. */
  readonly path: string;
  /** Clock of the bus; default 5 MHz. An SX1276 takes 10, long wires less. */
  readonly speedHz?: number;
}

const DEFAULT_SPEED_HZ = 5_000_000;
const PATH = /^\/dev\/spidev(\d+)\.(\d+)$/;
/** What spidev takes at once unless its `bufsiz` says otherwise. */
const MAX_TRANSFER_BYTES = 4_096;

const require = createRequire(import.meta.url);

/** Tried, not looked for: a build for another Node stands in its folder all the same. */
const loadSpiDevice = (): SpiDeviceModule => {
  try {
    return require('spi-device');
  } catch (cause) {
    throw new TiesError(
      'SPI_MODULE_MISSING',
      'spi-device does not load here; install its tools by typing: sudo apt install ' +
        'build-essential python3, and build it for this Node by typing: npm rebuild spi-device; ' +
        'where npm left it out, npm ci brings it back',
      { cause },
    );
  }
};

/**
 * Opens a spidev in mode 0. Rejects with `SPI_MODULE_MISSING`, `SPI_NO_DEVICE`,
 * `SPI_NO_PERMISSION`, `SPI_BUSY`, `SPI_PATH` or `SPI_FAILED`, each saying what to do.
 */
export const openSpiDevice = async (
  { path, speedHz = DEFAULT_SPEED_HZ }: SpiPlace,
  load = loadSpiDevice,
): Promise<SpiDevice> => {
  const [, bus, device] = PATH.exec(path) ?? [];
  if (bus === undefined || device === undefined) {
    throw new TiesError('SPI_PATH', `${path} is no spidev: name one such as /dev/spidev0.0.`);
  }
  const module = load();
  const native = await new Promise<NativeSpi>((resolve, reject) => {
    const options = { mode: 0, bitsPerWord: 8, maxSpeedHz: speedHz } as const;
    const opened = module.open(Number(bus), Number(device), options, (error) => {
      if (error) reject(spiFault(error, path));
      else resolve(opened);
    });
  });
  return inOrder(native, path);
};

/** spi-device hands each transfer to some thread: without a queue they may pass each other. */
const inOrder = (native: NativeSpi, path: string): SpiDevice => {
  let latest: Promise<unknown> = Promise.resolve();
  const enqueue = <T>(job: () => Promise<T>): Promise<T> => {
    const turn = latest.then(job);
    latest = turn.catch(() => undefined);
    return turn;
  };
  return {
    transfer: (out) => {
      // A copy, as the caller may write on before its turn comes.
      const sendBuffer = Buffer.from(out);
      return enqueue(() => exchange(native, path, sendBuffer));
    },
    close: () =>
      enqueue(
        () =>
          new Promise<void>((resolve, reject) => {
            native.close((error) => (error ? reject(spiFault(error, path)) : resolve()));
          }),
      ),
  };
};

const exchange = (native: NativeSpi, path: string, sendBuffer: Buffer): Promise<Uint8Array> => {
  const byteLength = sendBuffer.length;
  if (byteLength > MAX_TRANSFER_BYTES) {
    throw new TiesError(
      'SPI_TRANSFER_LENGTH',
      `A transfer of ${byteLength} B is more than the ${MAX_TRANSFER_BYTES} that spidev takes: split it.`,
    );
  }
  const receiveBuffer = Buffer.alloc(byteLength);
  return new Promise((resolve, reject) => {
    native.transfer([{ byteLength, sendBuffer, receiveBuffer }], (error) => {
      if (error) reject(spiFault(error, path));
      else resolve(new Uint8Array(receiveBuffer.buffer, receiveBuffer.byteOffset, byteLength));
    });
  });
};
