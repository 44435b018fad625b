import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { radioContract } from './contract.ts';

radioContract('a radio on the simulated medium', () => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  return {
    a: medium.join({ modulation: presets.paper }),
    b: medium.join({ modulation: presets.paper }),
    now: () => clock.now(),
    pass: (durationMs) => clock.advance(durationMs),
  };
});
