import Module from 'node:module';
import { expect, test, vi } from 'vitest';
import { type I2cBusModule, i2cBusDevice } from './i2c-bus.ts';

const PLACE = { bus: 1, address: 0x76 };

interface Options {
  readonly read?: () => Promise<{ bytesRead: number }>;
  readonly open?: () => Promise<void>;
}

/** What stands for i2c-bus: its registers hold their own addresses. */
const fakeModule = ({ read, open }: Options = {}) => {
  const calls: unknown[][] = [];
  const module: I2cBusModule = {
    openPromisified: async (bus) => {
      calls.push(['open', bus]);
      await open?.();
      return {
        readI2cBlock: async (address, register, length, buffer) => {
          calls.push(['read', address, register, length]);
          if (read) return read();
          for (let at = 0; at < length; at += 1) buffer[at] = register + at;
          return { bytesRead: length };
        },
        writeByte: async (address, register, value) => {
          calls.push(['write', address, register, value]);
        },
        close: async () => {
          calls.push(['close']);
        },
      };
    },
  };
  return { calls, device: i2cBusDevice(PLACE, () => module) };
};

const failing = (errno: number, code = '') => {
  const fail = () => Promise.reject(Object.assign(new Error(code), { errno, code }));
  return { fail };
};

test('registers are read as one block and written one by one, over one open bus', async () => {
  const { device, calls } = fakeModule();
  expect(await device.read(0x88, 3)).toEqual(Uint8Array.of(0x88, 0x89, 0x8a));
  await device.write(0xf2, 1);
  await device.close();
  expect(calls).toEqual([
    ['open', 1],
    ['read', 0x76, 0x88, 3],
    ['write', 0x76, 0xf2, 1],
    ['close'],
  ]);
});

test('a device that was never spoken with opens nothing', async () => {
  const { device, calls } = fakeModule();
  await device.close();
  expect(calls).toEqual([]);
});

/** As i2c-bus gives them: what Node cannot name has an empty code. */
test.each([
  [121, '', 'I2C_NO_ACK', /0x76 on I2C bus 1.*wiring.*i2cdetect -y 1.*0x77/],
  [6, 'ENXIO', 'I2C_NO_ACK', /wiring/],
  [16, 'EBUSY', 'I2C_BUSY', /kernel.*config\.txt/],
  [5, 'EIO', 'I2C_DISTURBED', /pull-ups/],
  [110, 'ETIMEDOUT', 'I2C_DISTURBED', /pull-ups/],
  [95, 'ENOTSUP', 'I2C_UNSUPPORTED', /cannot read blocks/],
  [1, 'EPERM', 'I2C_NO_PERMISSION', /usermod -aG i2c/],
  [22, 'EINVAL', 'I2C_FAILED', /errno 22/],
])('a read that fails with errno %d says what to do', async (errno, name, code, message) => {
  const { device } = fakeModule({ read: failing(errno, name).fail });
  await expect(device.read(0, 1)).rejects.toMatchObject({
    ...{ name: 'TiesError', code, message: expect.stringMatching(message) },
    cause: { errno },
  });
});

test.each([
  [-2, 'ENOENT', 'I2C_NO_BUS', /\/dev\/i2c-1.*raspi-config/],
  [-13, 'EACCES', 'I2C_NO_PERMISSION', /usermod -aG i2c/],
])('a bus that does not open, errno %d, says what to do', async (errno, name, code, message) => {
  const { device } = fakeModule({ open: failing(errno, name).fail });
  const failed = { code, message: expect.stringMatching(message) };
  await expect(device.write(0, 1)).rejects.toMatchObject(failed);
  await device.close();
});

test('fewer bytes than wanted are a fault, and no zeros', async () => {
  const { device } = fakeModule({ read: async () => ({ bytesRead: 2 }) });
  await expect(device.read(0x88, 26)).rejects.toMatchObject({ code: 'I2C_DISTURBED' });
});

test('what failed closes the bus, and the next call opens it anew', async () => {
  let fails = true;
  const { fail } = failing(16);
  const { device, calls } = fakeModule({
    read: async () => (fails ? fail() : { bytesRead: 1 }),
  });
  await expect(device.read(0xd0, 1)).rejects.toMatchObject({ code: 'I2C_BUSY' });
  fails = false;
  await device.read(0xd0, 1);
  expect(calls.map(([call]) => call)).toEqual(['open', 'read', 'close', 'open', 'read']);
});

test('where the module does not load, the operator reads how to build it', async () => {
  const load = vi.spyOn(Module as unknown as { _load: () => unknown }, '_load');
  load.mockImplementation(() => {
    throw new Error('was compiled against a different Node.js version');
  });
  try {
    const missing = { code: 'I2C_MODULE_MISSING', message: expect.stringMatching(/npm rebuild/) };
    await expect(i2cBusDevice(PLACE).read(0xd0, 1)).rejects.toMatchObject(missing);
  } finally {
    load.mockRestore();
  }
});

test('on a machine without that bus the operator reads how to get it, or the module', async () => {
  const device = i2cBusDevice({ bus: 999, address: 0x76 });
  await expect(device.read(0xd0, 1)).rejects.toMatchObject({
    name: 'TiesError',
    code: expect.stringMatching(/^I2C_(NO_BUS|MODULE_MISSING)$/),
  });
});
