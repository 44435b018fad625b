import { z } from 'zod';

/** Why the radio may not have a line of the header, by BCM number. */
const TAKEN: Readonly<Record<number, string>> = {
  0: 'names an EEPROM on the HAT',
  1: 'names an EEPROM on the HAT',
  2: 'is SDA of the I2C bus, where the sensor is',
  3: 'is SCL of the I2C bus, where the sensor is',
  7: 'is CE1, the chip select of the TPM',
  8: 'is CE0, a chip select of SPI',
  9: 'is MISO of SPI',
  10: 'is MOSI of SPI',
  11: 'is the clock of SPI',
  24: 'is the reset of the TPM: driving it would reset the TPM under the running system',
};

const FREE = [4, 5, 6, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27] as const;

/** A line of the 40-pin header that is the radio's to use, or null where it is not wired. */
export const pin = () =>
  z.literal([...FREE, null], {
    error: ({ input }) => {
      const reason = typeof input === 'number' ? TAKEN[input] : undefined;
      return reason && `BCM${input} ${reason}`;
    },
  });
