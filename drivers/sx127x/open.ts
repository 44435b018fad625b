import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Clock } from '../clock/interface.ts';
import type { InputLine, OutputLine } from '../gpio/interface.ts';
import type { Radio } from '../radio/interface.ts';
import type { SpiDevice } from '../spi/interface.ts';
import { Chip } from './chip.ts';
import type { PaPin } from './power.ts';
import { Sx127xRadio } from './radio.ts';
import { settingsFor } from './settings.ts';

export interface Sx127xInput {
  readonly spi: SpiDevice;
  /** Null where there is no line: then the chip's flags are polled. */
  readonly dio0: InputLine | null;
  readonly dio1: InputLine | null;
  /** Null where it is not wired: then the chip is set up again without being reset. */
  readonly reset: OutputLine | null;
  readonly clock: Clock;
  readonly modulation: Modulation;
  /** Default PA_BOOST. */
  readonly paPin?: PaPin;
  /** Length of all frames at SF6, which has no header to tell it. */
  readonly implicitLengthBytes?: number;
}

/**
 * Sets an SX1276, 77, 78 or 79 up and listens. The radio owns its bus and lines from here on:
 * `close()`, or a failure to open, closes them.
 *
 * Rejects with `RADIO_MISSING`, `RADIO_CALIBRATION` or `RADIO_REGISTERS` for a chip that does not
 * answer as it should, and `RADIO_MODULATION` for a modulation it does not have.
 */
export const openSx127x = async (input: Sx127xInput): Promise<Radio> => {
  const { spi, dio0, dio1, reset, clock, modulation } = input;
  const release = async (): Promise<void> => {
    for (const line of [dio0, dio1, reset]) line?.close();
    await spi.close();
  };
  try {
    const wiring = {
      paPin: input.paPin ?? 'PA_BOOST',
      implicitLengthBytes: input.implicitLengthBytes ?? null,
    };
    const chip = new Chip({ spi, reset, clock, settings: settingsFor(modulation, wiring) });
    await chip.start();
    await chip.listen();
    return new Sx127xRadio({ chip, clock, dio0, dio1, wiring, release });
  } catch (cause) {
    await release();
    throw cause;
  }
};
