import { airtimeMs, symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import {
  type AttachInput,
  type MediumInput,
  simulatedMedium,
} from '../../simulations/medium/medium.ts';
import type { Outcome } from '../../simulations/medium/transmission.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';

/** The modulation of every frame of a scene, but for what it says otherwise. */
export const MODULATION = presets.paper;
export const LENGTH_BYTES = 50;
export const SYMBOL_MS = symbolMs(MODULATION);
export const FRAME_MS = airtimeMs(MODULATION, LENGTH_BYTES);

/** A frame, said by an antenna of its own at the origin. */
export interface Said extends Partial<Modulation> {
  readonly atMs: number;
  readonly lengthBytes?: number;
  readonly by?: AttachInput;
}

export type SceneOptions = Partial<MediumInput> & { readonly base?: AttachInput };

/** What becomes of each of these frames at a receiver that listens all the time. */
export const fatesOf = async (
  frames: readonly Said[],
  { base = {}, ...options }: SceneOptions = {},
): Promise<(Outcome | undefined)[]> => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium'), ...options });
  const fates = new Map<string, Outcome | undefined>();
  medium.transmissions.subscribe(({ radioId, outcomes }) => {
    fates.set(radioId, outcomes.get('base'));
  });
  medium.attach({ ...base, id: 'base' }).listen(MODULATION);
  frames.forEach(({ atMs, lengthBytes = LENGTH_BYTES, by = {}, ...modulation }, index) => {
    const antenna = medium.attach({ ...by, id: `${index}` });
    clock.setTimeout(() => {
      antenna.transmit(new Uint8Array(lengthBytes), { ...MODULATION, ...modulation }, () => {});
    }, atMs);
  });
  await clock.runUntil(() => fates.size === frames.length);
  return frames.map((_, index) => fates.get(`${index}`));
};
