import { expect, test } from 'vitest';
import { type RoleInput, roleSchema } from '../../config/role.ts';
import { TiesError } from '../../protocol/errors.ts';
import { type Diagnosis, examine } from './check.ts';
import { CHECKS } from './checks.ts';
import type { Host } from './host.ts';

interface FakePi {
  files: Record<string, string>;
  denied: string[];
  groups: string[];
  node: string;
  broken: string[];
  freeBytes: number;
  radioVersion: number;
  tpm: { manufacturer: string; firmware: { major: number; minor: number }; missing: string[] };
  sensor: string | null;
  hasTss: boolean;
  programs: string[];
}

const CONFIG = '/boot/firmware/config.txt';
const HEADER_LABEL = '/sys/class/gpio/gpiochip512/label';
const THROTTLED = '/sys/devices/platform/soc/soc:firmware/get_throttled';

/** A Raspberry Pi 4 with everything in its place. */
const pi = (): FakePi => ({
  files: {
    '/proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0',
    [CONFIG]:
      '[all]\ndtparam=spi=on\n#dtoverlay=gpio-fan,gpiopin=24\ndtoverlay=tpm-slb9670 # chip\n',
    '/proc/mounts': '/dev/root / ext4 rw,noatime 0 0\ntmpfs /run tmpfs rw 0 0\n',
    '/dev/spidev0.0': '',
    '/dev/tpmrm0': '',
    '/dev/i2c-1': '',
    '/dev/rtc0': '',
    '/sys/class/gpio/export': '',
    '/sys/class/gpio/gpiochip0/label': 'raspberrypi-exp-gpio\n',
    [HEADER_LABEL]: 'pinctrl-bcm2711\n',
    [THROTTLED]: '0\n',
  },
  denied: [],
  groups: ['pi', 'spi', 'gpio', 'i2c', 'tss'],
  node: '20.19.0',
  broken: [],
  freeBytes: 2 ** 30,
  radioVersion: 0x12,
  tpm: { manufacturer: 'IFX', firmware: { major: 7, minor: 85 }, missing: [] },
  sensor: null,
  hasTss: true,
  programs: [],
});

/** The kernel lets it be written, and nothing else. */
const EXPORT = '/sys/class/gpio/export';

const hostOf = (fake: FakePi): Host => ({
  read: (path) => fake.files[path] ?? null,
  list: (folder) =>
    Object.keys(fake.files)
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1).split('/')[0] as string),
  access: (path) => {
    if (fake.files[path] === undefined) return 'missing';
    return path === EXPORT || fake.denied.includes(path) ? 'denied' : 'allowed';
  },
  isWritable: (path) => fake.files[path] !== undefined && !fake.denied.includes(path),
  freeBytes: () => fake.freeBytes,
  loads: (npmPackage) => !fake.broken.includes(npmPackage),
  loadTss: () => {
    if (!fake.hasTss) throw new TiesError('LIBRARY_MISSING', 'Install it.');
  },
  finds: (program) => fake.programs.includes(program),
  groups: fake.groups,
  nodeVersion: fake.node,
  chips: {
    tpm: async () => fake.tpm,
    radioVersion: async () => fake.radioVersion,
    sensor: async () => {
      if (fake.sensor !== null) throw new TiesError(fake.sensor, 'Replace it.');
    },
  },
});

const NODE: RoleInput = { role: 'node', name: 'N1', sensor: { driver: 'bme280' } };

const diagnose = (fake: FakePi, role: RoleInput = NODE): Promise<readonly Diagnosis[]> =>
  examine(CHECKS, hostOf(fake), roleSchema.parse(role));

const troubles = async (fake: FakePi, role?: RoleInput): Promise<readonly Diagnosis[]> =>
  (await diagnose(fake, role)).filter(({ level }) => level === 'warn' || level === 'fail');

test('of a Pi with everything in its place nothing is to be said', async () => {
  const diagnoses = await diagnose(pi());
  const others = diagnoses.filter(({ level }) => level !== 'ok');
  expect(others.map(({ id, level }) => `${id} ${level}`)).toEqual([
    ...['tpm.swtpm skip', 'radio.air skip'],
  ]);
  expect(new Set(diagnoses.map(({ id }) => id)).size).toBe(CHECKS.length);
});

const files = (changes: Readonly<Record<string, string | null>>): Partial<FakePi> => ({
  files: Object.fromEntries(
    Object.entries({ ...pi().files, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    ),
  ),
});
const config = (text: string): Partial<FakePi> => files({ [CONFIG]: text });
const denied = (path: string): Partial<FakePi> => ({ denied: [path] });
const leftOut = (npmPackage: string): Partial<FakePi> => ({ broken: [npmPackage] });
const tpm = (changes: Partial<FakePi['tpm']>): Partial<FakePi> => ({
  tpm: { ...pi().tpm, ...changes },
});
const foreignStore = (): Partial<FakePi> => ({
  ...files({ '/var/lib/ties': '' }),
  ...denied('/var/lib/ties'),
});
const READ_ONLY = '/dev/root / ext4 ro,noatime 0 0\ntmpfs /run tmpfs rw 0 0\n';
const ONE_CS = 'dtoverlay=tpm-slb9670\ndtoverlay=spi0-1cs';
const MOVED_CS = 'dtoverlay=tpm-slb9670\ndtoverlay=spi0-2cs,cs0_pin=25,cs1_pin=26';
const FAN = 'dtoverlay=tpm-slb9670\ndtoverlay=gpio-fan,gpiopin=24';

/** A Pi that is otherwise well, what is told of it alone, and what the fix names. */
const FAULTS: readonly (readonly [
  what: string,
  fault: Partial<FakePi>,
  told: `${string} ${'warn' | 'fail'}`,
  fix: string,
])[] = [
  ['an old Node', { node: '20.18.3' }, 'node.version fail', 'Install Node'],
  ['an ancient Node', { node: '18.20.0' }, 'node.version fail', 'Install Node'],
  ['no koffi', leftOut('koffi'), 'npm.koffi fail', 'npm rebuild koffi;'],
  ['no lmdb', leftOut('lmdb'), 'npm.lmdb fail', 'npm rebuild lmdb;'],
  ['no spi-device', leftOut('spi-device'), 'npm.spi-device fail', 'npm rebuild spi-device;'],
  ['no onoff', leftOut('onoff'), 'npm.onoff fail', 'npm rebuild epoll;'],
  ['no i2c-bus', leftOut('i2c-bus'), 'npm.i2c-bus fail', 'npm rebuild i2c-bus;'],
  ['no tpm2-tss', { hasTss: false }, 'tpm.library fail', 'Install it.'],
  ['the store of another', foreignStore(), 'disk.writable warn', 'sudo -u ties ties doctor'],
  ['no groups', { groups: ['pi'] }, 'user.groups warn', 'usermod -aG spi,gpio,i2c,tss '],
  ['no clock', files({ '/dev/rtc0': null }), 'clock.synchronized warn', 'i2c-rtc'],
  ['low voltage', files({ [THROTTLED]: '1' }), 'power.throttled warn', 'supply'],
  ['low voltage once', files({ [THROTTLED]: '10000' }), 'power.throttled warn', 'supply'],
  ['heat', files({ [THROTTLED]: '80008' }), 'power.throttled warn', 'heat sink'],
  ['a full disk', { freeBytes: 1e6 }, 'disk.space fail', '64 MiB'],
  ['a read-only root', files({ '/proc/mounts': READ_ONLY }), 'disk.writable fail', 'Mount'],
  ['no TPM overlay', config('dtparam=spi=on'), 'boot.overlays fail', 'dtoverlay=tpm-slb9670'],
  ['CE1 taken away', config(ONE_CS), 'spi.chip-select fail', 'dtoverlay=spi0-2cs'],
  ['CE1 moved', config(MOVED_CS), 'spi.chip-select fail', 'Leave cs1_pin out'],
  ['a fan on BCM24', config(FAN), 'gpio.tpm-reset fail', 'another line'],
  ['no SPI', files({ '/dev/spidev0.0': null }), 'spi.device fail', 'do_spi 0'],
  ['SPI denied', denied('/dev/spidev0.0'), 'spi.device fail', '-aG spi'],
  ['no I2C', files({ '/dev/i2c-1': null }), 'i2c.device fail', 'do_i2c 0'],
  ['I2C denied', denied('/dev/i2c-1'), 'i2c.device fail', '-aG i2c'],
  ['no TPM', files({ '/dev/tpmrm0': null }), 'tpm.device fail', 'dtoverlay=tpm-slb9670'],
  ['TPM denied', denied('/dev/tpmrm0'), 'tpm.device fail', '-aG tss'],
  ['no header', files({ [HEADER_LABEL]: null }), 'gpio.header warn', 'polled'],
  ['GPIO denied', denied(EXPORT), 'gpio.header fail', '-aG gpio'],
  ['no radio', { radioVersion: 0 }, 'radio.version fail', 'chip select'],
  ['old firmware', tpm({ firmware: { major: 7, minor: 40 } }), 'tpm.firmware warn', '7.85'],
  ['a poor TPM', tpm({ missing: ['TPM2_HMAC'] }), 'tpm.firmware fail', 'SLB 9670'],
  ['a BMP280', { sensor: 'SENSOR_NO_HUMIDITY' }, 'sensor.id fail', 'Replace it.'],
];

test.each(FAULTS)('%s', async (_, fault, told, fix) => {
  const found = await troubles({ ...pi(), ...fault });
  expect(found.map(({ id, level }) => `${id} ${level}`)).toEqual([told]);
  expect(found[0]?.fix).toContain(fix);
});

test('a radio on the chip select of the TPM', async () => {
  const fake = { ...pi(), ...files({ '/dev/spidev0.1': '' }) };
  const found = await troubles(fake, { ...NODE, radio: { spi: '/dev/spidev0.1' } });
  expect(found.map(({ id }) => id)).toEqual(['spi.chip-select']);
});

test.each([
  ['the Dragino HAT', config('dtoverlay=spi0-2cs,cs0_pin=25\ndtoverlay=tpm-slb9670\n')],
  [
    'a store on a mount of its own under a read-only root',
    files({ '/proc/mounts': '/dev/root / ext4 ro 0 0\n/dev/sda1 /var/lib/ties ext4 rw 0 0\n' }),
  ],
  [
    'a read-only mount whose name only begins alike',
    files({ '/proc/mounts': '/dev/root / ext4 rw 0 0\n/dev/sda1 /var/lib/ti ext4 ro 0 0\n' }),
  ],
])('%s is no fault', async (_, found) => {
  expect(await troubles({ ...pi(), ...found })).toEqual([]);
});

/** A laptop: no chips, no config.txt, no groups. */
const bare = (): FakePi => ({
  ...pi(),
  files: {},
  groups: [],
  broken: ['spi-device', 'onoff', 'i2c-bus'],
});
const SIMULATED: RoleInput = {
  ...{ role: 'node', name: 'N1', tpm: { driver: 'swtpm', state: '/tmp/tpm' } },
  radio: { driver: 'socket', path: '/tmp/air' },
};

test('a laptop is told what a role of chips takes, and what to give in its place', async () => {
  const found = await troubles({ ...bare(), broken: [] });
  const missing = found.filter(({ level }) => level === 'fail');
  expect(missing.map(({ id }) => id)).toEqual(['spi.device', 'tpm.device', 'i2c.device']);
  for (const { fix } of missing) {
    expect(fix).toMatch(/no Raspberry Pi.*(radio|tpm|sensor)\.driver "/);
    expect(fix).not.toMatch(/raspi-config|config\.txt/);
  }
  const looked = await diagnose(bare());
  for (const id of ['boot.overlays', 'spi.chip-select', 'gpio.tpm-reset'])
    expect(looked.find((one) => one.id === id)).toMatchObject({ level: 'skip' });
});

test('a simulated device is told of swtpm and the air that it needs', async () => {
  const told = async (fake: FakePi): Promise<readonly string[]> =>
    (await diagnose(fake, SIMULATED))
      .filter(({ id }) => id === 'tpm.swtpm' || id === 'radio.air')
      .map(({ level, found, fix }) => `${level}: ${found}. ${fix}`);
  expect(await told(bare())).toEqual([
    'fail: it is not installed. Type: sudo apt-get install swtpm',
    'skip: nobody serves it yet: before the devices, ties air --socket /tmp/air. null',
  ]);
  const served = { ...bare(), files: { '/tmp/air': '' }, programs: ['swtpm'] };
  expect(await told(served)).toEqual(['ok: it is installed. null', 'ok: /tmp/air. null']);
});

test('a machine with none of it carries a simulated device, and is told what is not needed', async () => {
  const role: RoleInput = { ...SIMULATED, tpm: { driver: 'model' } };
  const diagnoses = await diagnose(bare(), role);
  expect(diagnoses.filter(({ level }) => level === 'fail')).toEqual([]);
  expect(diagnoses.find(({ id }) => id === 'machine.model')).toMatchObject({ level: 'skip' });
  expect(diagnoses.find(({ id }) => id === 'npm.spi-device')).toMatchObject({ level: 'skip' });
});

test('a bug of a check is not told as a fault of the machine', async () => {
  const bug = { id: 'x', what: 'x', look: () => Promise.reject(new TypeError('bug')) };
  await expect(examine([bug], hostOf(pi()), roleSchema.parse(NODE))).rejects.toThrow('bug');
});
