import type { Network } from '../scenarios/network.ts';

/** The last repeat of a broadcast list comes 18 s after the change. */
const LIST_REPEATED_MS = 20_000;

/** Have these nodes join; from which sighting on all that happens is the attack's doing. */
export const joined = async (network: Network, ...names: string[]): Promise<number> => {
  await network.join(...names);
  await network.settle(LIST_REPEATED_MS);
  return network.sightings.length;
};
