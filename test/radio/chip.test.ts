import { expect } from 'vitest';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import type { Sx1276 } from '../../simulations/sx1276/chip.ts';
import { chipRadio } from '../../simulations/sx1276/chip-radio.ts';
import { radioContract } from './contract.ts';

/** SPI and edges of a Raspberry Pi, before a frame and after it. */
const TOLERANCE_MS = 2;

const pairOn = (modulation: Modulation) => async () => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const chips: Sx1276[] = [];
  const open = async (id: string) => {
    const random = seededRandom(1, id);
    const { chip, radio } = chipRadio({
      clock,
      random,
      antenna: medium.attach({ id }),
      modulation,
    });
    chips.push(chip);
    await clock.advance(100);
    return radio;
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

radioContract('the SX127x driver on its chip model', pairOn(presets.paper), {
  toleranceMs: TOLERANCE_MS,
});
