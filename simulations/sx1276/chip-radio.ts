import type { Radio } from '../../drivers/radio/interface.ts';
import { openSx127x } from '../../drivers/sx127x/open.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { type Sx1276, type Sx1276Input, sx1276 } from './chip.ts';

export interface ChipRadioInput extends Sx1276Input {
  readonly modulation: Modulation;
}

/** The driver as shipped on a chip of its own. */
export interface ChipRadio {
  readonly chip: Sx1276;
  /** Opens as the virtual clock goes on. */
  readonly radio: Promise<Radio>;
}

export const chipRadio = (input: ChipRadioInput): ChipRadio => {
  const { clock, modulation, wiredPin = 'boost' } = input;
  const chip = sx1276(input);
  const { spi, dio0, dio1, reset } = chip;
  const paPin = wiredPin === 'boost' ? 'PA_BOOST' : 'RFO';
  return { chip, radio: openSx127x({ spi, dio0, dio1, reset, clock, modulation, paPin }) };
};
