import { type LmdbStore, openLmdbStore } from '../actors/store/lmdb-store.ts';
import { memoryStore, type Store } from '../actors/store.ts';
import type { Role } from '../config/role.ts';
import type { Clock } from '../drivers/clock/interface.ts';
import { ffiByName } from '../drivers/ffi/by-name.ts';
import { flock } from '../drivers/lock/flock.ts';

/** A store as a daemon has it. */
export interface DaemonStore extends Store, Pick<LmdbStore, 'troubles' | 'close'> {
  /** What a backup is made of; null where nothing outlives the process. */
  readonly contents: LmdbStore['contents'] | null;
}

/** Open the store that a role names; that of a model TPM lasts no longer than the TPM does. */
export const openStore = async ({ store, tpm }: Role, clock: Clock): Promise<DaemonStore> => {
  if (tpm.driver === 'model')
    return { ...memoryStore(), troubles: [], contents: null, close: async () => {} };
  return openLmdbStore({
    directory: store.directory,
    clock,
    lock: flock(ffiByName[tpm.ffi]),
  });
};
