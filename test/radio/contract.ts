import { afterEach, beforeEach, describe } from 'vitest';
import { closing } from './contract/closing.ts';
import { frames } from './contract/frames.ts';
import { type RadioPair, Rig } from './contract/rig.ts';
import { sensing } from './contract/sensing.ts';
import { tuning } from './contract/tuning.ts';

/** How far a time may be from the true one; a simulated radio has none, a chip some. */
export interface RadioContractOptions {
  readonly toleranceMs?: number;
}

/** What every `Radio` does, whatever is behind it. */
export const radioContract = (
  name: string,
  makePair: () => RadioPair | Promise<RadioPair>,
  { toleranceMs = 1e-6 }: RadioContractOptions = {},
): void => {
  describe(`${name} is a radio`, () => {
    const rig = new Rig(toleranceMs);
    beforeEach(async () => rig.begin(await makePair()));
    afterEach(() => rig.end());
    frames(rig);
    sensing(rig);
    tuning(rig);
    closing(rig);
  });
};
