import { TiesError } from '../../protocol/errors.ts';

const ENABLE =
  'enable SPI by typing: sudo raspi-config nonint do_spi 0; with a TPM on the same bus set ' +
  'dtoverlay=spi0-2cs and dtoverlay=tpm-slb9670 in /boot/firmware/config.txt; then reboot.';

const noPermission = {
  code: 'SPI_NO_PERMISSION',
  message: (path: string) =>
    `${path} may not be opened by this user; type: sudo usermod -aG spi $USER, and log in anew.`,
};
const noDevice = {
  code: 'SPI_NO_DEVICE',
  message: (path: string) => `There is no ${path}: ${ENABLE}`,
};

/** By name of the errno of Linux. */
const BY_NAME = new Map([
  ['EACCES', noPermission],
  ['EPERM', noPermission],
  ['ENOENT', noDevice],
  ['ENXIO', noDevice],
  ['ENODEV', noDevice],
  [
    'EBUSY',
    {
      code: 'SPI_BUSY',
      message: (path: string) =>
        `A driver of the kernel holds ${path}: take its overlay out of /boot/firmware/config.txt, and reboot.`,
    },
  ],
]);

/** The operator's side of a failure to open, or to transfer on, a bus. */
export const spiFault = (cause: unknown, path: string): TiesError => {
  const name = (cause as NodeJS.ErrnoException | null)?.code ?? 'no errno';
  const advice = BY_NAME.get(name) ?? {
    code: 'SPI_FAILED',
    message: () => `Speaking on ${path} failed (${name}): look at dmesg, and check its overlay.`,
  };
  return new TiesError(advice.code, advice.message(path), { cause });
};
