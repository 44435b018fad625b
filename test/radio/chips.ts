import type { Radio } from '../../drivers/radio/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { type Medium, type MediumInput, simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import type { Sx1276 } from '../../simulations/sx1276/chip.ts';
import { type ChipRadioInput, chipRadio } from '../../simulations/sx1276/chip-radio.ts';
import type { Violation } from '../../simulations/sx1276/violations.ts';

export type OpenInput = Partial<Pick<ChipRadioInput, 'modulation' | 'implicitLengthBytes'>> & {
  /** Without DIO0 and DIO1 the driver has to poll. */
  readonly lines?: boolean;
  readonly resetLine?: boolean;
  /** How far its crystal is off. */
  readonly ppm?: number;
};

export interface ChipAir {
  readonly clock: HeapClock;
  readonly medium: Medium;
  /** The driver as shipped on a chip of its own; some virtual time passes. */
  open(id: string, input?: OpenInput): Promise<{ radio: Radio; chip: Sx1276 }>;
  violations(): readonly Violation[];
}

/** An air on which the real driver is heard, through modelled chips. */
export const chipAir = (input: Partial<MediumInput> = {}): ChipAir => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium'), ...input });
  const chips: Sx1276[] = [];
  return {
    clock,
    medium,
    open: async (id, options = {}) => {
      const { modulation = presets.paper, lines = true, resetLine = true, ...rest } = options;
      const { ppm = 0, ...wiring } = rest;
      const { chip, radio } = chipRadio({
        ...{ clock, modulation, random: seededRandom(1, id), antenna: medium.attach({ id, ppm }) },
        ...(!lines && { dio0: null, dio1: null }),
        ...(!resetLine && { reset: null }),
        ...wiring,
      });
      chips.push(chip);
      return { radio: await clock.settling(radio, 1000), chip };
    },
    violations: () => chips.flatMap(({ violations }) => violations),
  };
};
