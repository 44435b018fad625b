import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { radioContract } from './contract.ts';

for (const [name, modulation] of Object.entries(presets)) {
  radioContract(`a radio on the simulated medium, ${name}`, () => {
    const clock = new HeapClock();
    const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
    return {
      a: medium.join({ modulation }),
      b: medium.join({ modulation }),
      now: () => clock.now(),
      pass: (durationMs) => clock.advance(durationMs),
    };
  });
}
