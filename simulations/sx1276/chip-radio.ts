import type { Radio } from '../../drivers/radio/interface.ts';
import { openSx127x, type Sx127xInput } from '../../drivers/sx127x/open.ts';
import { type Sx1276, type Sx1276Input, sx1276 } from './chip.ts';

/** The chip, its modulation, and what of its pins is not wired. */
export type ChipRadioInput = Sx1276Input &
  Pick<Sx127xInput, 'modulation'> &
  Partial<Pick<Sx127xInput, 'dio0' | 'dio1' | 'reset' | 'implicitLengthBytes'>>;

export interface ChipRadio {
  readonly chip: Sx1276;
  /** Opens as the virtual clock goes on. */
  readonly radio: Promise<Radio>;
}

/** The driver as shipped, on a chip of its own. */
export const chipRadio = ({ wiredPin = 'boost', ...input }: ChipRadioInput): ChipRadio => {
  const chip = sx1276({ ...input, wiredPin });
  const { spi, dio0, dio1, reset } = chip;
  const paPin = wiredPin === 'boost' ? 'PA_BOOST' : 'RFO';
  return { chip, radio: openSx127x({ dio0, dio1, reset, ...input, spi, paPin }) };
};
