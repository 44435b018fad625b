import type { Clock } from '../../drivers/clock/interface.ts';
import type { LockFile } from '../../drivers/lock/interface.ts';
import type { Store } from '../store.ts';
import {
  type Contents,
  FORMAT,
  MIGRATIONS,
  type Migration,
  migrated,
  readContents,
  type Versioned,
} from './contents.ts';
import { DurableStore } from './durable-store.ts';
import { storeFault } from './faults.ts';
import { StoreFolder } from './folder.ts';
import { LmdbDisk } from './lmdb-disk.ts';

export interface LmdbDiskOptions {
  /** Made with mode 0700 where it is not there; nothing is written outside of it. */
  readonly directory: string;
  readonly lock: LockFile;
  /** What is written and read. Default: what this version knows. */
  readonly format?: number;
  readonly migrations?: Readonly<Record<number, Migration>>;
}

export interface LmdbStoreOptions extends LmdbDiskOptions {
  readonly clock: Clock;
  /** What a write lasts on a virtual clock. Default 10. */
  readonly latencyMs?: number;
}

export interface LmdbStore extends Store {
  /** What was found damaged when it was opened and what was done about it; for the log. */
  readonly troubles: readonly string[];
  /** All that it holds now, as it would stand in the file. */
  contents(): Versioned;
  /** Ends what is being written, and lets go of the directory. */
  close(): Promise<void>;
}

const DEFAULT_LATENCY_MS = 10;

/**
 * Open the store in a directory, or found it. A damaged one is set aside and a new one founded.
 *
 * Throws `STORE_IN_USE`, `STORE_NEWER`, `STORE_FULL`, `STORE_READ_ONLY`, `STORE_NO_PERMISSION`,
 * or `STORE_UNAVAILABLE`; so do writes.
 */
export const openLmdbStore = async (options: LmdbStoreOptions): Promise<LmdbStore> => {
  const { clock, latencyMs = DEFAULT_LATENCY_MS } = options;
  const { disk, contents, troubles } = await openLmdbDisk(options);
  const schedule = (commit: () => Promise<void>): void => void clock.work(latencyMs, commit);
  const store = new DurableStore({ disk, contents, schedule });
  return {
    troubles,
    get: (key) => store.get(key),
    entries: (prefix) => store.entries(prefix),
    write: (changes) => store.write(changes),
    flush: () => store.flush(),
    contents: () => ({ format: options.format ?? FORMAT, contents: store.contents }),
    close: () => store.close(),
  };
};

/** The same without memory and time: what is in the directory, and where commits go. */
export const openLmdbDisk = async (
  options: LmdbDiskOptions,
): Promise<{ disk: LmdbDisk; contents: Contents; troubles: readonly string[] }> => {
  const { directory, lock, format = FORMAT, migrations = MIGRATIONS } = options;
  let folder: StoreFolder | null = null;
  try {
    folder = new StoreFolder(directory, lock);
    const troubles: string[] = [];
    const found = readOrSetAside(folder, troubles);
    const contents = found === null ? new Map() : migrated(found, format, migrations);
    if (found?.format !== format) await folder.replace(contents, format);
    return { disk: new LmdbDisk(folder), contents, troubles };
  } catch (error) {
    folder?.release();
    throw storeFault(error, directory);
  }
};

function readOrSetAside(folder: StoreFolder, troubles: string[]) {
  try {
    const file = folder.read();
    return file === null ? null : readContents(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!DAMAGES.has(code ?? '')) throw error;
    const aside = folder.setAside();
    troubles.push(
      `${message} It was set aside as ${aside}, and an empty store begun. A node gets back into its network by what its TPM holds, without help. A center must not go on with an empty store, and its TPM will not let it: stop it and restore the directory from a backup.`,
    );
    return null;
  }
}

/** A file that says it is damaged, is a directory, or lies on a bad sector. */
const DAMAGES: ReadonlySet<string> = new Set(['STORE_CORRUPT', 'EISDIR', 'EIO']);
