import { z } from 'zod';
import { pin } from './pins.ts';
import { socketPath, whole } from './values.ts';

const common = {
  preset: z
    .enum(['default', 'paper', 'range'])
    .default('default')
    .describe(
      'Channel and modulation, the same in all the network. default: 869.525 MHz, SF7, 250 kHz, ' +
        '10 % duty cycle. paper: 868.1 MHz, SF7, 125 kHz, 1 %. range: 869.525 MHz, SF10, 125 kHz, ' +
        '10 dB more reach.',
    ),
  powerDbm: whole(2, 20)
    .optional()
    .describe("Power in dBm, instead of the preset's 14. The law counts the antenna's gain too."),
  turnaroundMs: whole(5, 100)
    .optional()
    .describe(
      'Milliseconds from the end of a frame to the start of its answer, the same in all the network. ' +
        'Left out: 5, which a Raspberry Pi keeps; an emulated one needs more.',
    ),
};

const pins = z
  .strictObject({
    dio0: pin().default(4).describe('BCM number of DIO0, or null: then its flags are polled.'),
    dio1: pin().default(23).describe('BCM number of DIO1, or null: then its flags are polled.'),
    reset: pin()
      .default(17)
      .describe('BCM number of RESET, or null: then the chip is set up anew without it.'),
    chip: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe(
        "Label of the gpiochip, such as pinctrl-bcm2711. Left out, the Raspberry Pi's own is found.",
      ),
  })
  .prefault({})
  .describe('Lines of the 40-pin header to the radio. The defaults are those of the Dragino HAT.');

const sx127x = z
  .strictObject({
    driver: z.literal('sx127x').default('sx127x').describe('An SX1276 to 79 on SPI.'),
    ...common,
    spi: z
      .string()
      .regex(/^\/dev\/spidev\d+\.\d+$/)
      .default('/dev/spidev0.0')
      .describe(
        'SPI device: 0.0 is chip select CE0. A chip select on another line takes an overlay: ' +
          'dtoverlay=spi0-2cs,cs0_pin=25 for the Dragino HAT.',
      ),
    speedHz: whole(100_000, 10_000_000)
      .default(4_000_000)
      .describe('Clock of SPI in Hz; the chip takes up to 10 MHz, long wires less.'),
    pins,
    paPin: z
      .enum(['PA_BOOST', 'RFO'])
      .default('PA_BOOST')
      .describe(
        'Output that the antenna is wired to: PA_BOOST on RFM95, Ra-01H and the Dragino HAT. RFO ' +
          'gives at most 14 dBm.',
      ),
  })
  .describe('An SX1276 on SPI');

const socket = z
  .strictObject({
    driver: z.literal('socket').describe('A simulated medium shared through a Unix socket.'),
    ...common,
    path: socketPath().describe('The Unix socket of the medium.'),
    position: z
      .strictObject({
        x: z.number().describe('Metres to the east.'),
        y: z.number().describe('Metres to the north.'),
      })
      .optional()
      .describe('Where this device is on the medium. Left out, at its origin.'),
  })
  .describe('A simulated medium');

export const radioSchema = z
  .discriminatedUnion('driver', [sx127x, socket])
  .prefault({})
  .describe('The LoRa radio.');
