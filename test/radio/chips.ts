import type { Radio } from '../../drivers/radio/interface.ts';
import { openSx127x, type Sx127xInput } from '../../drivers/sx127x/open.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { type Medium, type MediumInput, simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { type Sx1276, sx1276 } from '../../simulations/sx1276/chip.ts';
import type { Violation } from '../../simulations/sx1276/violations.ts';

export interface OpenInput extends Partial<Pick<Sx127xInput, 'paPin' | 'implicitLengthBytes'>> {
  readonly modulation?: Modulation;
  /** Without DIO0 and DIO1 the driver has to poll. */
  readonly lines?: boolean;
  readonly resetLine?: boolean;
}

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
      const { modulation = presets.paper, lines = true, resetLine = true, ...wiring } = options;
      const wiredPin = wiring.paPin === 'RFO' ? 'rfo' : 'boost';
      const antenna = medium.attach({ id });
      const chip = sx1276({ clock, random: seededRandom(1, id), antenna, wiredPin });
      chips.push(chip);
      const opening = openSx127x({
        spi: chip.spi,
        dio0: lines ? chip.dio0 : null,
        dio1: lines ? chip.dio1 : null,
        reset: resetLine ? chip.reset : null,
        clock,
        modulation,
        ...wiring,
      });
      await clock.advance(100);
      return { radio: await opening, chip };
    },
    violations: () => chips.flatMap(({ violations }) => violations),
  };
};
