import { dirname } from 'node:path';
import { presets } from '../../protocol/lora/presets.ts';
import { subBandOf } from '../../transports/lora/sub-bands.ts';
import { type Check, fail, ok, skip, warn } from './check.ts';
import { type Host, raspberryPi } from './host.ts';

const model: Check = {
  id: 'machine.model',
  what: 'Machine',
  look: (host) => {
    const text = raspberryPi(host);
    return text === null ? skip('this is no Raspberry Pi') : ok(text);
  },
};

const MIN_NODE = [20, 19] as const;

const node: Check = {
  id: 'node.version',
  what: 'Node.js',
  look: ({ nodeVersion }) => {
    const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
    const isNew = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
    return isNew
      ? ok(nodeVersion)
      : fail(nodeVersion, `Install Node.js ${MIN_NODE.join('.')} or newer; Debian 13 has it.`);
  },
};

/** A native package: whether the role needs it, and how it is built where npm left it out. */
const native = (
  npmPackage: string,
  rebuilt: string,
  isNeeded: (role: Parameters<Check['look']>[1]) => boolean,
): Check => ({
  id: `npm.${npmPackage}`,
  what: `npm package ${npmPackage}`,
  look: (host, role) => {
    if (host.loads(npmPackage)) return ok('it loads');
    if (!isNeeded(role)) return skip('it does not load, and the role needs it not');
    return fail(
      'it does not load',
      `Type: sudo apt install build-essential python3 && npm rebuild ${rebuilt}; where npm left it out: npm ci`,
    );
  },
});

const natives: readonly Check[] = [
  native('koffi', 'koffi', ({ tpm }) => tpm.driver !== 'model' && tpm.ffi === 'koffi'),
  native('lmdb', 'lmdb', () => true),
  native('spi-device', 'spi-device', ({ radio }) => radio.driver === 'sx127x'),
  native(
    'onoff',
    'epoll',
    ({ radio }) =>
      radio.driver === 'sx127x' && Object.values(radio.pins).some((line) => line !== null),
  ),
  native('i2c-bus', 'i2c-bus', ({ sensor }) => sensor?.driver === 'bme280'),
];

const GROUPS = ['spi', 'gpio', 'i2c', 'tss'];

const groups: Check = {
  id: 'user.groups',
  what: 'Groups of this user',
  look: (host, { radio, tpm, sensor }) => {
    const needed = GROUPS.filter(
      (group) =>
        (radio.driver === 'sx127x' && (group === 'spi' || group === 'gpio')) ||
        (sensor?.driver === 'bme280' && group === 'i2c') ||
        (tpm.driver === 'device' && group === 'tss'),
    );
    if (needed.length === 0) return skip('the role needs none');
    if (host.groups.includes('root')) return ok('root');
    const missing = needed.filter((group) => !host.groups.includes(group));
    return missing.length === 0
      ? ok(needed.join(', '))
      : warn(
          `not in ${missing.join(', ')}`,
          `Type: sudo usermod -aG ${missing.join(',')} $USER, and log in anew; the service has them by itself.`,
        );
  },
};

const dutyCycle: Check = {
  id: 'radio.duty-cycle',
  what: 'Duty cycle of the preset',
  look: (_, { radio }) => {
    const modulation = presets[radio.preset];
    const { name, dutyCycle: share } = subBandOf(modulation);
    return ok(`${modulation.frequencyHz / 1e6} MHz: ${100 * share} % in ${name}`);
  },
};

const clock: Check = {
  id: 'clock.synchronized',
  what: 'Date',
  look: (host) =>
    host.access('/run/systemd/timesync/synchronized') !== 'missing' ||
    host.list('/dev').includes('rtc0')
      ? ok('kept by a clock chip or the network')
      : warn(
          'neither a clock chip nor the network keeps it',
          'Dates in logs may be wrong; nothing else hangs on them. Add a clock chip (dtoverlay=i2c-rtc,ds3231) to have them right.',
        ),
};

const THROTTLED = '/sys/devices/platform/soc/soc:firmware/get_throttled';
/** Raspberry Pi documentation, vcgencmd get_throttled: now in the low half, since boot in the high. */
const UNDERVOLTAGE = 0x1_0001;
const TOO_HOT = 0xe_000e;

const power: Check = {
  id: 'power.throttled',
  what: 'Supply and heat',
  look: (host) => {
    const text = host.read(THROTTLED);
    if (text === null) return skip('this machine does not tell');
    const flags = Number.parseInt(text, 16);
    if ((flags & UNDERVOLTAGE) !== 0)
      return warn(
        `under-voltage (0x${flags.toString(16)})`,
        'Take the official supply and a short cable: radio and TPM fail first.',
      );
    return (flags & TOO_HOT) !== 0
      ? warn(`throttled (0x${flags.toString(16)})`, 'Give it air or a heat sink.')
      : ok('neither low voltage nor heat since it started');
  },
};

/** Some years of rosters, counters and readings. */
const MIN_FREE_BYTES = 64 * 1024 * 1024;

const disk: Check = {
  id: 'disk.space',
  what: 'Disk of the store',
  look: (host, { store }) => {
    const free = host.freeBytes(store.directory);
    if (free === null) return warn('it does not tell', `See: df -h ${store.directory}`);
    const found = `${Math.floor(free / 1024 / 1024)} MiB free for ${store.directory}`;
    return free >= MIN_FREE_BYTES
      ? ok(found)
      : fail(found, 'Free at least 64 MiB: sudo journalctl --vacuum-size=50M; sudo apt clean');
  },
};

const writable: Check = {
  id: 'disk.writable',
  what: 'Store on a file system that can be written',
  look: (host, { store }) => {
    const mounts = (host.read('/proc/mounts') ?? '')
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, at = '']) => at === '/' || `${store.directory}/`.startsWith(`${at}/`))
      .sort(([, a = ''], [, b = '']) => b.length - a.length);
    const [, at = '/', , options = ''] = mounts[0] ?? [];
    if (options.split(',').includes('ro'))
      return fail(
        `${at} is read-only`,
        'Mount something that can be written there, or give store.directory of the role file a place on it.',
      );
    const place = nearest(host, store.directory);
    return host.access(place) === 'denied'
      ? warn(
          `this user may not write to ${place}`,
          'Ask as the user of the daemon (sudo -u ties ties doctor …), or give store.directory of the role file a place of this user.',
        )
      : ok(`${place} can be written`);
  },
};

/** The folder itself, or the first above it that is there. */
const nearest = (host: Host, path: string): string =>
  path === '/' || host.access(path) !== 'missing' ? path : nearest(host, dirname(path));

export const machineChecks: readonly Check[] = [
  ...[model, node, ...natives, groups, dutyCycle, clock, power, disk, writable],
];
