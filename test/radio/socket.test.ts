import { SharedAir } from '../air-socket/shared-air.ts';
import { radioContract } from './contract.ts';

radioContract(
  'a radio on a shared air',
  async () => {
    const air = new SharedAir();
    await air.serve();
    return {
      a: await air.radio(),
      b: await air.radio(),
      now: () => air.clock.now(),
      pass: (durationMs) => air.pass(durationMs),
      end: () => air.end(),
    };
  },
  // Times go over the socket in microseconds.
  { toleranceMs: 0.001 },
);
