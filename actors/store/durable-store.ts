import { setImmediate as turnEnd } from 'node:timers/promises';
import { TiesError } from '../../protocol/errors.ts';
import type { Changes, Store } from '../store.ts';
import { decodeValue, encodeValue } from './codec.ts';
import { type Contents, type EncodedChanges, FORMAT_KEY } from './contents.ts';

/** What commits go to. */
export interface Disk {
  /** Keep all of these changes when it ends, or none where it throws or its power is cut. */
  commit(changes: EncodedChanges): Promise<void>;
  close(): Promise<void>;
}

const DURABLE = Promise.resolve();

type Encoded = Map<string, Uint8Array | undefined>;

/** Changes that are committed together, and what stood before them. */
interface Batch {
  readonly changes: Encoded;
  readonly before: Encoded;
  readonly done: Promise<void>;
  resolve(): void;
  reject(cause: unknown): void;
}

/** lmdb takes 1,978 in a page of 4 kB. */
const MAX_KEY_BYTES = 500;

/**
 * Reads are from memory, where everything was checked as it came in; the disk is what is written
 * to. A write is seen by reads at once. Those of one turn, or made while the disk is busy, are one
 * commit; where one fails, so do those made after it, which may have built on what it said.
 */
export class DurableStore implements Store {
  readonly #disk: Disk;
  readonly #schedule: (commit: () => Promise<void>) => void;
  readonly #values: Map<string, Uint8Array>;
  #gathering: Batch | null = null;
  #writing: Batch | null = null;
  #committing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  /** `contents` are those of the disk; `schedule` calls at the time of a commit. */
  constructor(input: {
    disk: Disk;
    contents: Contents;
    schedule: (commit: () => Promise<void>) => void;
  }) {
    this.#disk = input.disk;
    this.#schedule = input.schedule;
    this.#values = new Map(input.contents);
  }

  get<T>(key: string): T | undefined {
    const bytes = this.#values.get(key);
    return bytes === undefined ? undefined : (decodeValue(key, bytes) as T);
  }

  entries<T>(prefix: string): readonly (readonly [key: string, value: T])[] {
    return [...this.#values]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, bytes]) => [key, decodeValue(key, bytes) as T]);
  }

  /** All values, encoded. */
  get contents(): Contents {
    return new Map(this.#values);
  }

  async write(changes: Changes): Promise<void> {
    const encoded = Object.entries(changes).map(([key, value]) => {
      checkKey(key);
      return [key, value === undefined ? undefined : encodeValue(key, value)] as const;
    });
    if (this.#closing !== null)
      throw new TiesError('STORE_CLOSED', 'The store was closed; open it anew.');
    if (encoded.length === 0) return;
    const batch = this.#gather();
    for (const [key, bytes] of encoded) {
      if (!batch.before.has(key)) batch.before.set(key, this.#values.get(key));
      batch.changes.set(key, bytes);
      this.#set(key, bytes);
    }
    return batch.done;
  }

  flush(): Promise<void> {
    if (this.#writing === null && this.#gathering === null) return DURABLE;
    return Promise.all([this.#writing?.done, this.#gathering?.done]).then(() => undefined);
  }

  /** Ends what is being written. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await this.#commitGathered();
    await this.#disk.close();
  }

  #gather(): Batch {
    if (this.#gathering !== null) return this.#gathering;
    this.#gathering = newBatch();
    this.#schedule(async () => {
      await turnEnd();
      await this.#commitGathered();
    });
    return this.#gathering;
  }

  /** One after another; never fails itself. */
  #commitGathered(): Promise<void> {
    this.#committing = this.#committing.then(() => this.#commitNext());
    return this.#committing;
  }

  async #commitNext(): Promise<void> {
    const batch = this.#gathering;
    if (batch === null) return;
    this.#gathering = null;
    this.#writing = batch;
    try {
      await this.#disk.commit(batch.changes);
      batch.resolve();
    } catch (fault) {
      this.#undo(batch, fault);
    } finally {
      this.#writing = null;
    }
  }

  #undo(batch: Batch, fault: unknown): void {
    const later = this.#gathering;
    this.#gathering = null;
    for (const undone of later === null ? [batch] : [later, batch]) {
      for (const [key, bytes] of undone.before) this.#set(key, bytes);
      undone.reject(fault);
    }
  }

  #set(key: string, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) this.#values.delete(key);
    else this.#values.set(key, bytes);
  }
}

function newBatch(): Batch {
  let resolve: Batch['resolve'] = () => undefined;
  let reject: Batch['reject'] = () => undefined;
  const done = new Promise<void>((onDone, onFailed) => {
    resolve = onDone;
    reject = onFailed;
  });
  return { changes: new Map(), before: new Map(), done, resolve, reject };
}

function checkKey(key: string): void {
  const bytes = Buffer.from(key);
  const isKey = bytes.length > 0 && bytes.length <= MAX_KEY_BYTES && bytes.toString() === key;
  if (!isKey || key === FORMAT_KEY)
    throw new TiesError(
      'STORE_REFUSED',
      `"${key}" cannot be the key of a value; name it otherwise.`,
    );
}
