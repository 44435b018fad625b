import type { LockFile } from '../../drivers/lock/interface.ts';
import { FORMAT, MIGRATIONS, migrated, type Versioned } from './contents.ts';
import { storeFault } from './faults.ts';
import { StoreFolder } from './folder.ts';

/**
 * Put these contents in the place of a store, all at once, while nobody uses it. What it held is
 * kept beside it; its new name is told, or null where there was none. `approve` is asked while the
 * store is held, and what it throws leaves everything as it was.
 *
 * Throws `STORE_IN_USE`, `STORE_NEWER`, `STORE_FULL`, `STORE_READ_ONLY`, `STORE_NO_PERMISSION`,
 * or `STORE_UNAVAILABLE`.
 */
export const restoreStore = async (input: {
  readonly directory: string;
  readonly lock: LockFile;
  readonly backup: Versioned;
  approve(): Promise<void>;
}): Promise<string | null> => {
  const { directory, lock, backup, approve } = input;
  let folder: StoreFolder | null = null;
  try {
    folder = new StoreFolder(directory, lock);
    const contents = migrated(backup, FORMAT, MIGRATIONS);
    await approve();
    const aside = folder.keepAside('replaced');
    await folder.replace(contents, FORMAT);
    return aside;
  } catch (error) {
    throw storeFault(error, directory);
  } finally {
    folder?.release();
  }
};
