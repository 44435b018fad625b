import { execFileSync } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { checkChipId } from '../../drivers/bme280/identity.ts';
import { type FfiName, ffiByName } from '../../drivers/ffi/by-name.ts';
import { i2cBusDevice } from '../../drivers/i2c/i2c-bus.ts';
import { openSpiDevice } from '../../drivers/spi/spi-device.ts';
import { identifyTpm } from '../../drivers/tpm/esapi/identity.ts';
import { loadLibraries } from '../../drivers/tpm/esapi/libraries.ts';
import type { Host } from '../../runtime/doctor/host.ts';

const require = createRequire(import.meta.url);

/** RegVersion of an SX127x, and `id` of a BME280. */
const RADIO_VERSION = 0x42;
const SENSOR_ID = 0xd0;

const orElse = <T>(look: () => T, otherwise: T): T => {
  try {
    return look();
  } catch {
    return otherwise;
  }
};

const isExecutable = (path: string): boolean => {
  accessSync(path, constants.X_OK);
  return true;
};

/** The machine that this runs on. */
export const thisHost = (ffi: FfiName): Host => ({
  read: (path) => orElse(() => readFileSync(path, 'utf8'), null),
  list: (path) => orElse(() => readdirSync(path), []),
  access: (path) => {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
      return 'allowed';
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EACCES' && code !== 'EPERM') return code === 'ENOENT' ? 'missing' : 'denied';
      return 'denied';
    }
  },
  isWritable: (path) =>
    orElse(() => {
      accessSync(path, constants.W_OK);
      return true;
    }, false),
  freeBytes: (path) => {
    for (let at = path; ; at = dirname(at)) {
      const found = orElse(() => statfsSync(at), null);
      if (found !== null) return found.bavail * found.bsize;
      if (at === '/') return null;
    }
  },
  loads: (npmPackage) => orElse(() => Boolean(require(npmPackage)), false),
  loadTss: () => void loadLibraries(ffiByName[ffi]),
  finds: (program) =>
    (process.env.PATH ?? '')
      .split(delimiter)
      .some((folder) => orElse(() => isExecutable(join(folder, program)), false)),
  groups: orElse(() => execFileSync('id', ['-Gn'], { encoding: 'utf8' }).trim().split(' '), []),
  nodeVersion: process.versions.node,
  chips: {
    tpm: (device) => identifyTpm(`device:${device}`, ffiByName[ffi]),
    radioVersion: async (path) => {
      const spi = await openSpiDevice({ path });
      try {
        return (await spi.transfer(Uint8Array.of(RADIO_VERSION, 0)))[1] as number;
      } finally {
        await spi.close();
      }
    },
    sensor: async (place) => {
      const device = i2cBusDevice(place);
      try {
        checkChipId((await device.read(SENSOR_ID, 1))[0] as number);
      } finally {
        await device.close();
      }
    },
  },
});
