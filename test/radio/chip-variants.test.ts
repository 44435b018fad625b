import { expect } from 'vitest';
import type { Radio } from '../../drivers/radio/interface.ts';
import { openSx127x } from '../../drivers/sx127x/open.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { type Sx1276, sx1276 } from '../../simulations/sx1276/chip.ts';
import { radioContract } from './contract.ts';

/** Two chips whose drivers have all lines, or not a single one. */
const pairOn = (modulation: Modulation, hasLines: boolean) => async () => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const chips: Sx1276[] = [];
  const open = async (id: string): Promise<Radio> => {
    const chip = sx1276({ clock, antenna: medium.attach({ id }), random: seededRandom(1, id) });
    chips.push(chip);
    const { spi, dio0, dio1, reset } = chip;
    const lines = hasLines ? { dio0, dio1, reset } : { dio0: null, dio1: null, reset: null };
    const opening = openSx127x({ spi, ...lines, clock, modulation });
    await clock.advance(100);
    return opening;
  };
  return {
    a: await open('a'),
    b: await open('b'),
    now: () => clock.now(),
    pass: (durationMs: number) => clock.advance(durationMs),
    end: async () => {
      await clock.advance(100);
      expect(chips.flatMap(({ violations }) => violations)).toEqual([]);
    },
  };
};

/** Its flags are polled within a preamble of 8 symbols, over SPI. */
radioContract('the SX127x driver, polling its chip', pairOn(presets.paper, false), {
  toleranceMs: 9,
});

/** Where erratum 2.3 puts the receiver's carrier beside the sender's. */
const narrow = { ...presets.paper, frequencyHz: 434_000_000, bandwidthHz: 500_000 / 12 };

radioContract('the SX127x driver on the LF port, 41.7 kHz wide', pairOn(narrow, true), {
  toleranceMs: 2,
});
