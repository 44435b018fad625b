import type { RootDatabase } from 'lmdb';
import { type Contents, type EncodedChanges, readContents } from './contents.ts';
import type { Disk } from './durable-store.ts';
import { storeFault } from './faults.ts';
import { commit, type StoreFolder } from './folder.ts';

/** The file of a store's folder, which must be there and whole. */
export class LmdbDisk implements Disk {
  readonly #folder: StoreFolder;
  #environment: RootDatabase<Uint8Array, Uint8Array> | null;

  constructor(folder: StoreFolder) {
    this.#folder = folder;
    this.#environment = folder.openChecked();
  }

  /** What the file holds, checked as at the start. */
  contents(): Contents {
    return readContents(this.#folder.read() ?? Buffer.alloc(0)).contents;
  }

  /** Throws what `openLmdbStore` throws. */
  async commit(changes: EncodedChanges): Promise<void> {
    try {
      this.#environment ??= this.#reopen();
      await commit(this.#environment, changes);
    } catch (cause) {
      const fault = storeFault(cause, this.#folder.directory);
      // What lmdb holds of a failed transaction is not built upon.
      await this.#environment?.close();
      this.#environment = null;
      throw fault;
    }
  }

  async close(): Promise<void> {
    await this.#environment?.close();
    this.#environment = null;
    this.#folder.release();
  }

  #reopen(): RootDatabase<Uint8Array, Uint8Array> {
    this.contents();
    return this.#folder.openChecked();
  }
}
