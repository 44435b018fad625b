import type { BootReport } from '../interface.ts';
import { checkTranslation } from '../storage-suite.ts';
import type { Inventory } from './inventory.ts';
import { readIdentity, readRosterFloor, takeEpoch } from './nv-records.ts';

/** Everything `boot` reports; the counter moves only if all of TIES's NV is there. */
export const boot = async (inventory: Inventory): Promise<BootReport> => {
  const { key } = inventory.requireStorageKey();
  if (inventory.roster) checkTranslation(inventory, key.suite);
  for (const name of ['bootCounter', 'identity', 'rosterFloor'] as const) inventory.requireNv(name);
  return {
    epoch: await takeEpoch(inventory),
    storageKey: key,
    hasAccessKey: inventory.nv.has('accessKey'),
    hasMasterKey: inventory.masterKey !== null,
    identity: await readIdentity(inventory),
    rosterFloor: await readRosterFloor(inventory),
    rosterKey: inventory.roster?.key ?? null,
    translation: inventory.translation,
  };
};
