import type { Role } from '../../config/role.ts';
import { overlaysOf } from './boot-config.ts';
import { type Check, fail, ok, skip } from './check.ts';

/** Overlays that put a TPM on SPI0's CE1, with BCM24 as its reset. */
const TPM_OVERLAYS = ['tpm-slb9670', 'tpm-slb9673', 'letstrust-tpm'];
const TPM_RESET_BCM = '24';

const NO_CONFIG = 'this machine has no config.txt of a Raspberry Pi';

const hasChips = ({ radio, tpm }: Role): boolean =>
  radio.driver === 'sx127x' || tpm.driver === 'device';

const overlays: Check = {
  id: 'boot.overlays',
  what: 'Overlays in config.txt',
  look: (host, role) => {
    const found = overlaysOf(host);
    if (!hasChips(role)) return skip('the role has no chips');
    if (found === null) return skip(NO_CONFIG);
    const names = found.map(({ name }) => name);
    return role.tpm.driver === 'device' && !names.some((name) => TPM_OVERLAYS.includes(name))
      ? fail(
          `none for the TPM (found: ${names.join(', ') || 'none'})`,
          'Add dtoverlay=tpm-slb9670 to /boot/firmware/config.txt, and reboot.',
        )
      : ok(names.join(', ') || 'none');
  },
};

const chipSelects: Check = {
  id: 'spi.chip-select',
  what: 'Chip selects of radio and TPM',
  look: (host, { radio, tpm }) => {
    if (radio.driver !== 'sx127x' || tpm.driver !== 'device') return skip('no two chips on SPI');
    if (radio.spi === '/dev/spidev0.1')
      return fail(
        'the radio is on CE1, which is the chip select of the TPM',
        'Wire the radio to CE0 (BCM8), and give radio.spi "/dev/spidev0.0".',
      );
    const found = overlaysOf(host);
    if (found === null) return skip(NO_CONFIG);
    if (found.some(({ name }) => name === 'spi0-1cs' || name === 'spi0-0cs'))
      return fail(
        'spi0-1cs or spi0-0cs takes CE1 from the TPM',
        'Put dtoverlay=spi0-2cs in its place in /boot/firmware/config.txt, and reboot.',
      );
    const moved = found.find(({ parameters }) => parameters.cs1_pin !== undefined);
    return moved !== undefined && moved.parameters.cs1_pin !== '7'
      ? fail(
          `CE1 of the TPM is moved to BCM${moved.parameters.cs1_pin}`,
          'Leave cs1_pin out of config.txt; cs0_pin moves the chip select of the radio.',
        )
      : ok(`radio ${radio.spi}, TPM CE1`);
  },
};

/** Parameters of overlays that name a line of the header. */
const isLine = (name: string): boolean => /(gpio|pin|reset|irq|int)/.test(name);

const tpmReset: Check = {
  id: 'gpio.tpm-reset',
  what: 'BCM24, the reset of the TPM',
  look: (host, { tpm }) => {
    if (tpm.driver !== 'device') return skip('the role has no TPM chip');
    const found = overlaysOf(host);
    if (found === null) return skip(NO_CONFIG);
    const user = found.find(
      ({ name, parameters }) =>
        !TPM_OVERLAYS.includes(name) &&
        Object.entries(parameters).some(
          ([parameter, value]) => isLine(parameter) && value === TPM_RESET_BCM,
        ),
    );
    return user === undefined
      ? ok('no overlay uses it')
      : fail(
          `dtoverlay=${user.name} uses it, and would reset the TPM`,
          'Give that overlay another line; on the Dragino HAT, whose DIO2 is wired to BCM24, cut or lift that pin.',
        );
  },
};

export const wiringChecks: readonly Check[] = [overlays, chipSelects, tpmReset];
