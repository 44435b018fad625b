import Module from 'node:module';
import { afterEach, expect, test, vi } from 'vitest';
import { openSpiDevice, type SpiDeviceModule } from './spi-device.ts';

const PLACE = { path: '/dev/spidev0.1', speedHz: 1_000_000 };

afterEach(() => {
  vi.restoreAllMocks();
});

/** As spi-device gives them. */
const errno = (code: string) => Object.assign(new Error(`${code}, something`), { code });

interface Options {
  readonly openError?: unknown;
  readonly transferError?: unknown;
}

/** What stands for spi-device: it answers each byte plus one, when it is told to. */
const fakeModule = ({ openError, transferError }: Options = {}) => {
  const calls: unknown[][] = [];
  const pending: (() => void)[] = [];
  const module: SpiDeviceModule = {
    open: (bus, device, options, opened) => {
      calls.push(['open', bus, device, options]);
      setImmediate(() => opened(openError ?? null));
      return {
        transfer: ([message], done) => {
          calls.push(['transfer', ...(message?.sendBuffer ?? [])]);
          pending.push(() => {
            message?.receiveBuffer.set(message.sendBuffer.map((byte) => byte + 1));
            done(transferError ?? null);
          });
        },
        close: (done) => {
          calls.push(['close']);
          done(null);
        },
      };
    },
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { calls, pending, settle, load: () => module };
};

test('a path names bus and device, opened in mode 0', async () => {
  const { calls, load } = fakeModule();
  await openSpiDevice(PLACE, load);
  expect(calls).toEqual([['open', 0, 1, { mode: 0, bitsPerWord: 8, maxSpeedHz: 1_000_000 }]]);
});

test('transfers are made one after the other, of the bytes as they were', async () => {
  const { calls, pending, settle, load } = fakeModule();
  const device = await openSpiDevice(PLACE, load);
  const out = Uint8Array.of(1, 2);
  const first = device.transfer(out);
  out.fill(9);
  const second = device.transfer(Uint8Array.of(3));
  const closed = device.close();
  await settle();
  expect(calls.slice(1)).toEqual([['transfer', 1, 2]]);
  pending.shift()?.();
  expect(await first).toEqual(Uint8Array.of(2, 3));
  await settle();
  expect(calls.slice(1)).toEqual([
    ['transfer', 1, 2],
    ['transfer', 3],
  ]);
  pending.shift()?.();
  expect(await second).toEqual(Uint8Array.of(4));
  await closed;
  expect(calls.at(-1)).toEqual(['close']);
});

test('a transfer that fails says so, and does not hinder the next', async () => {
  const { pending, settle, load } = fakeModule({ transferError: errno('EIO') });
  const device = await openSpiDevice(PLACE, load);
  const first = device.transfer(Uint8Array.of(1));
  const second = device.transfer(Uint8Array.of(2));
  await settle();
  pending.shift()?.();
  await expect(first).rejects.toMatchObject({
    code: 'SPI_FAILED',
    message: expect.stringMatching(/EIO/),
  });
  await settle();
  expect(pending).toHaveLength(1);
  pending.shift()?.();
  await expect(second).rejects.toMatchObject({ code: 'SPI_FAILED' });
});

test('spidev takes 4,096 B at once', async () => {
  const { pending, settle, load } = fakeModule();
  const device = await openSpiDevice(PLACE, load);
  await expect(device.transfer(new Uint8Array(4_097))).rejects.toMatchObject({
    code: 'SPI_TRANSFER_LENGTH',
  });
  const most = device.transfer(new Uint8Array(4_096));
  await settle();
  pending.shift()?.();
  expect(await most).toHaveLength(4_096);
});

test.each([
  ['ENOENT', 'SPI_NO_DEVICE', /raspi-config nonint do_spi 0.*spi0-2cs/],
  ['EACCES', 'SPI_NO_PERMISSION', /usermod -aG spi/],
  ['EBUSY', 'SPI_BUSY', /overlay/],
  ['EINVAL', 'SPI_FAILED', /EINVAL/],
])('a bus that does not open with %s says what to do', async (code, expected, message) => {
  const { load } = fakeModule({ openError: errno(code) });
  await expect(openSpiDevice(PLACE, load)).rejects.toMatchObject({
    name: 'TiesError',
    code: expected,
    message: expect.stringMatching(message),
  });
});

test.each(['/dev/spidev0', 'spidev0.0', '/dev/ttyS0'])('%s is no spidev', async (path) => {
  await expect(openSpiDevice({ path })).rejects.toMatchObject({ code: 'SPI_PATH' });
});

test('a module that does not load says how to build it', async () => {
  vi.spyOn(Module as unknown as { _load: () => unknown }, '_load').mockImplementation(() => {
    throw errno('MODULE_NOT_FOUND');
  });
  await expect(openSpiDevice(PLACE)).rejects.toMatchObject({
    code: 'SPI_MODULE_MISSING',
    message: expect.stringMatching(/build-essential.*npm rebuild spi-device/),
  });
});

/** With the real module, on a machine that has no such bus: its errors are those we read. */
test('the real spi-device names what is missing', async () => {
  await expect(openSpiDevice({ path: '/dev/spidev99.99' })).rejects.toMatchObject({
    code: expect.stringMatching(/^SPI_(NO_DEVICE|MODULE_MISSING)$/),
  });
});
