import type { Role } from '../../config/role.ts';
import { type Check, type Finding, fail, ok, skip, warn } from './check.ts';
import { type Host, raspberryPi } from './host.ts';

/** How to have a device: by its group, on a Raspberry Pi, and what does without it elsewhere. */
interface Mending {
  readonly group: string;
  readonly fix: string;
  readonly instead: string;
}

/** A device that is missing or denied, or that is there. */
const device = (host: Host, path: string, { group, fix, instead }: Mending): Finding => {
  const access = host.access(path);
  if (access === 'allowed') return ok(path);
  return access === 'missing'
    ? fail(
        `${path} is not there`,
        raspberryPi(host) === null
          ? `This is no Raspberry Pi: take the role to one; to try TIES here, give ${instead}, as config/examples/simulated.json does.`
          : fix,
      )
    : fail(
        `${path} is not for this user`,
        `Type: sudo usermod -aG ${group} $USER, and log in anew.`,
      );
};

const spiPath = ({ radio }: Role): string | null => (radio.driver === 'sx127x' ? radio.spi : null);
const tpmPath = ({ tpm }: Role): string | null => (tpm.driver === 'device' ? tpm.device : null);

const sensorPlace = ({ sensor }: Role) =>
  sensor?.driver === 'bme280' ? { bus: sensor.bus, address: Number(sensor.address) } : null;

const spi: Check = {
  id: 'spi.device',
  what: 'SPI of the radio',
  look: (host, role) => {
    const path = spiPath(role);
    if (path === null) return skip('the role has no radio on SPI');
    const fix =
      'Type: sudo raspi-config nonint do_spi 0; add the overlays of docs/radio.md, and reboot.';
    return device(host, path, { group: 'spi', fix, instead: 'radio.driver "socket"' });
  },
};

const tpm: Check = {
  id: 'tpm.device',
  what: 'TPM',
  look: (host, role) => {
    const path = tpmPath(role);
    if (path === null) return skip('the role has no TPM chip');
    const fix =
      'Add dtparam=spi=on and dtoverlay=tpm-slb9670 to /boot/firmware/config.txt, and reboot; then see: dmesg | grep tpm';
    return device(host, path, { group: 'tss', fix, instead: 'tpm.driver "swtpm"' });
  },
};

const i2c: Check = {
  id: 'i2c.device',
  what: 'I2C of the sensor',
  look: (host, role) => {
    const place = sensorPlace(role);
    if (place === null) return skip('the role has no sensor on I2C');
    const fix = 'Type: sudo raspi-config nonint do_i2c 0, and reboot.';
    return device(host, `/dev/i2c-${place.bus}`, {
      group: 'i2c',
      fix,
      instead: 'sensor.driver "synthetic"',
    });
  },
};

/** As `headerBase` finds it (drivers/gpio). */
const HEADER = ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1'];
const SYSFS = '/sys/class/gpio';

const gpio: Check = {
  id: 'gpio.header',
  what: 'GPIO of the header',
  look: (host, { radio }) => {
    if (radio.driver !== 'sx127x') return skip('the role has no radio on GPIO');
    const { dio0, dio1, reset, chip } = radio.pins;
    if (dio0 === null && dio1 === null && reset === null) return skip('the radio has no lines');
    const wanted = chip === undefined ? HEADER : [chip];
    const labels = host
      .list(SYSFS)
      .filter((name) => name.startsWith('gpiochip'))
      .map((name) => host.read(`${SYSFS}/${name}/label`)?.trim() ?? '?');
    const header = labels.find((label) => wanted.includes(label));
    if (header === undefined)
      return warn(
        `${SYSFS} has no ${wanted.join(' or ')} (found: ${labels.join(', ') || 'none'})`,
        'The radio is polled, which works but wakes more often: give radio.pins.chip of the role file, or null for its lines.',
      );
    // Nobody may read it.
    return host.isWritable(`${SYSFS}/export`)
      ? ok(header)
      : fail(
          `${SYSFS} is not for this user`,
          'Type: sudo usermod -aG gpio $USER, and log in anew.',
        );
  },
};

/** 0x42 of all SX127x (datasheet §6.4). */
const RADIO_VERSION = 0x12;

const radioChip: Check = {
  id: 'radio.version',
  what: 'Radio chip',
  look: async (host, role) => {
    const path = spiPath(role);
    if (path === null || host.access(path) !== 'allowed') return skip(`see ${spi.what}`);
    const version = await host.chips.radioVersion(path);
    const found = `RegVersion of ${path} reads 0x${version.toString(16).padStart(2, '0')}`;
    return version === RADIO_VERSION
      ? ok(found)
      : fail(
          `${found}, and an SX1276 to 79 has 0x12`,
          'Check power, MISO, MOSI, SCK, the chip select and that reset is high (docs/radio.md); try a lower radio.speedHz.',
        );
  },
};

/** Firmware before this goes into failure mode at LoadExternal (tpm2-tss issue 1700). */
const INFINEON = { manufacturer: 'IFX', major: 7, minor: 85 } as const;

const tpmChip: Check = {
  id: 'tpm.firmware',
  what: 'TPM firmware and commands',
  look: async (host, role) => {
    const path = tpmPath(role);
    if (path === null || host.access(path) !== 'allowed') return skip(`see ${tpm.what}`);
    const { manufacturer, firmware, missing } = await host.chips.tpm(path);
    const found = `${manufacturer} ${firmware.major}.${firmware.minor}`;
    if (missing.length > 0)
      return fail(
        `${found} has no ${missing.join(', ')}`,
        'This TPM cannot do the work: take an SLB 9670 with firmware 7.85 or newer.',
      );
    const isOld =
      manufacturer === INFINEON.manufacturer &&
      (firmware.major < INFINEON.major ||
        (firmware.major === INFINEON.major && firmware.minor < INFINEON.minor));
    return isOld
      ? warn(
          `${found}: some public keys put it into failure mode until it is reset`,
          "Update it to 7.85 or newer with the manufacturer's tool.",
        )
      : ok(found);
  },
};

const sensorChip: Check = {
  id: 'sensor.id',
  what: 'Sensor chip',
  look: async (host, role) => {
    const place = sensorPlace(role);
    if (place === null || host.access(`/dev/i2c-${place.bus}`) !== 'allowed')
      return skip(`see ${i2c.what}`);
    await host.chips.sensor(place);
    return ok('a BME280');
  },
};

export const deviceChecks: readonly Check[] = [spi, gpio, radioChip, tpm, tpmChip, i2c, sensorChip];
