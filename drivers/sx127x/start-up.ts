import { TiesError } from '../../protocol/errors.ts';
import type { Clock } from '../clock/interface.ts';
import type { OutputLine } from '../gpio/interface.ts';
import { frequencyWord } from './frequency.ts';
import { pause } from './pause.ts';
import type { RegisterFile } from './register-file.ts';
import { IMAGE_CAL, OP_MODE, REG, VERSION } from './registers.ts';
import type { Settings } from './settings.ts';

/** Low for more than 100 µs, then 5 ms until the chip is ready (datasheet §7.2.2). */
const RESET_LOW_MS = 1;
const RESET_READY_MS = 5;
/** From sleep to standby the crystal needs 250 µs (table 7, TS_OSC). */
const OSCILLATOR_MS = 1;
/** An image calibration takes about 10 ms (§2.3 of the FSK receiver, RegImageCal). */
const CALIBRATION_STEP_MS = 2;
const CALIBRATION_STEPS = 25;

export interface StartUpInput {
  readonly registers: RegisterFile;
  readonly clock: Clock;
  readonly reset: OutputLine | null;
  readonly settings: Settings;
}

/**
 * From any state into LoRa standby with every register written: reset, identity, image
 * calibration of both RF ports in FSK standby, LoRa by way of sleep.
 *
 * Throws `RADIO_MISSING` where no SX127x answers, `RADIO_CALIBRATION` where it does not end.
 */
export const startUp = async (input: StartUpInput): Promise<void> => {
  const { registers, clock, settings } = input;
  registers.forget();
  await reset(input);
  requireVersion(await registers.readOne(REG.version));
  await enterFskStandby(input);
  await calibrate(input);
  await registers.write(REG.opMode, OP_MODE.sleep);
  await registers.write(REG.opMode, settings.modem | OP_MODE.sleep);
  await registers.write(REG.opMode, settings.modem | OP_MODE.standby);
  await pause(clock, OSCILLATOR_MS);
  await registers.load(settings.image);
};

const reset = async ({ reset: line, clock }: StartUpInput): Promise<void> => {
  if (line === null) return;
  await line.write(0);
  await pause(clock, RESET_LOW_MS);
  await line.write(1);
  await pause(clock, RESET_READY_MS);
};

const requireVersion = (version: number): void => {
  if (version === VERSION) return;
  const found = `0x${version.toString(16).padStart(2, '0')}`;
  const cause =
    version === 0x00 || version === 0xff
      ? 'Nothing answers: check that the module has power, that MISO, MOSI, SCK and NSS are wired, that the chip select is the one of the device, and that reset is high.'
      : 'Another chip answers, or the wires are too long: check the chip select, or lower the SPI speed.';
  throw new TiesError(
    'RADIO_MISSING',
    `RegVersion reads ${found}, and an SX1276, 77, 78 or 79 has 0x12. ${cause}`,
  );
};

/** LongRangeMode changes only in sleep (§4.1.6), so: asleep as it is, asleep as FSK, awake. */
const enterFskStandby = async ({ registers, clock }: StartUpInput): Promise<void> => {
  const modem = (await registers.readOne(REG.opMode)) & OP_MODE.lora;
  await registers.write(REG.opMode, modem | OP_MODE.sleep);
  await registers.write(REG.opMode, OP_MODE.sleep);
  await registers.write(REG.opMode, OP_MODE.standby);
  await pause(clock, OSCILLATOR_MS);
};

/** Each port is calibrated where it is used, or amid its band, with the amplifier cut. */
const calibrate = async (input: StartUpInput): Promise<void> => {
  const { frequencyHz } = input.settings.modulation;
  const { isLowFrequency } = input.settings;
  await input.registers.write(REG.paConfig, 0);
  await calibrateAt(input, isLowFrequency ? frequencyHz : 434e6);
  await calibrateAt(input, isLowFrequency ? 868e6 : frequencyHz);
};

const calibrateAt = async (
  { registers, clock }: StartUpInput,
  frequencyHz: number,
): Promise<void> => {
  await registers.write(REG.frfMsb, ...frequencyWord(frequencyHz));
  const before = await registers.readOne(REG.imageCal);
  await registers.write(REG.imageCal, (before & ~IMAGE_CAL.running) | IMAGE_CAL.start);
  for (let step = 0; step < CALIBRATION_STEPS; step += 1) {
    await pause(clock, CALIBRATION_STEP_MS);
    if (((await registers.readOne(REG.imageCal)) & IMAGE_CAL.running) === 0) return;
  }
  throw new TiesError(
    'RADIO_CALIBRATION',
    'The image calibration of the SX127x does not end: check its supply voltage, then its crystal; a module that never ends it is broken.',
  );
};
