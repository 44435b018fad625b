import { expect, test } from 'vitest';
import { type RoleInput, roleSchema } from './role.ts';

const least = { role: 'node', name: 'N1' } as const;

test('a role needs to say little', () => {
  expect(roleSchema.parse(least)).toEqual({
    role: 'node',
    name: 'N1',
    suite: 'p256',
    tpm: { driver: 'device', device: '/dev/tpmrm0', ffi: 'koffi', translate: 'duplicate' },
    radio: {
      driver: 'sx127x',
      preset: 'default',
      spi: '/dev/spidev0.0',
      speedHz: 4_000_000,
      pins: { dio0: 4, dio1: 23, reset: 17 },
      paPin: 'PA_BOOST',
    },
    store: { directory: '/var/lib/ties' },
    control: { socket: '/run/ties/control.sock' },
    log: { level: 'info' },
  });
});

test('what is chosen stands, and the rest of its part is filled in', () => {
  const role = roleSchema.parse({
    ...least,
    tpm: { driver: 'swtpm', socket: '/run/swtpm.sock', ffi: 'ffi-napi' },
    radio: { driver: 'socket', path: '/run/air.sock', powerDbm: 10 },
    sensor: { driver: 'bme280' },
  } satisfies RoleInput);
  expect(role).toMatchObject({
    tpm: {
      ...{ driver: 'swtpm', socket: '/run/swtpm.sock', ffi: 'ffi-napi', translate: 'duplicate' },
    },
    radio: { driver: 'socket', preset: 'default', path: '/run/air.sock', powerDbm: 10 },
    sensor: { driver: 'bme280', bus: 1, address: '0x76', intervalS: 60, peers: ['center'] },
  });
});

test('a role with its defaults is a role, and stays what it is', () => {
  const role = roleSchema.parse({ ...least, sensor: { driver: 'synthetic', seed: 1 } });
  expect(roleSchema.parse(role)).toEqual(role);
});

test.each([
  { tpm: { ffi: 'node-ffi' } },
  { tpm: { ffi: 'koffi', lib: 'koffi' } },
  { tpm: 'koffi' },
  { tpm: { driver: 'model', device: '/dev/tpmrm0' } },
  { tpm: { device: 'tpmrm0' } },
  { tpm: { translate: 'both' } },
  { radio: { preset: 'loud' } },
  { radio: { powerDbm: 1 } },
  { radio: { powerDbm: 2.5 } },
  { radio: { pins: { dio0: 24 } } },
  { radio: { pins: { dio2: 22 } } },
  { radio: { spi: '/dev/spidev0' } },
  { radio: { driver: 'socket' } },
  { radio: { driver: 'socket', path: `/${'x'.repeat(107)}` } },
  { radio: { driver: 'socket', path: '/a', position: { x: 1, y: 2, z: 3 } } },
  { sensor: {} },
  { sensor: { driver: 'bme280', address: 0x76 } },
  { sensor: { driver: 'bme280', intervalS: 9 } },
  { sensor: { driver: 'bme280', seed: 1 } },
  { sensor: { driver: 'synthetic', peers: [] } },
  { sensor: { driver: 'synthetic', peers: ['N2'] } },
  { sensor: { driver: 'synthetic', peers: ['0123456789ABCDEF'] } },
  { store: { folder: '/var' } },
  { control: { socket: 'control.sock' } },
  { log: { level: 'loud' } },
  { suite: 'rsa' },
  { name: '' },
  { name: 'N\n1' },
  { color: 'red' },
])('a role with %o is refused', (wrong) => {
  expect(roleSchema.safeParse({ ...least, ...wrong }).success).toBe(false);
});

test.each([2, 20])('a radio may send with %i dBm', (powerDbm) => {
  expect(roleSchema.parse({ ...least, radio: { powerDbm } }).radio.powerDbm).toBe(powerDbm);
});

test('lines that are not wired are null, all of them if need be', () => {
  const pins = { dio0: null, dio1: null, reset: null };
  expect(roleSchema.parse({ ...least, radio: { pins } }).radio).toMatchObject({ pins });
});
