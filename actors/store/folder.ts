import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import type { LockFile } from '../../drivers/lock/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { encodeValue } from './codec.ts';
import { type Contents, checked, type EncodedChanges, FORMAT_KEY } from './contents.ts';
import { PAGE_BYTES } from './lmdb-file.ts';

const OWNER_ONLY = 0o600;
/** Address space, not memory; lmdb takes more where it needs more. */
const MAP_BYTES = 16 * 1024 * 1024;

/** The directory of a store, held by this process alone: every file of it is made here. */
export class StoreFolder {
  readonly directory: string;
  readonly #lock: number;

  /** Make the directory where it is not there. Throws `STORE_IN_USE` where another process has it. */
  constructor(directory: string, lock: LockFile) {
    this.directory = directory;
    if (mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined)
      syncDirectory(dirname(directory));
    this.#lock = this.#hold(lock);
  }

  /** The data file whole, or null where there is none. Throws what reading it throws. */
  read(): Buffer | null {
    return existsSync(this.#file) ? readFileSync(this.#file) : null;
  }

  /** Put a new file in the place of the old one, all at once. */
  async replace(contents: Contents, format: number): Promise<void> {
    const made = `${this.#file}.new`;
    for (const file of [made, `${made}-lock`]) rmSync(file, { force: true, recursive: true });
    const environment = openFile(made);
    const formatBytes = encodeValue(FORMAT_KEY, format);
    try {
      await commit(environment, new Map([...contents, [FORMAT_KEY, formatBytes]]));
    } finally {
      await environment.close();
      rmSync(`${made}-lock`);
    }
    renameSync(made, this.#file);
    syncDirectory(this.directory);
  }

  /** Only a file that was read and found whole: lmdb dies on another. */
  openChecked(): RootDatabase<Uint8Array, Uint8Array> {
    return openFile(this.#file);
  }

  /** Move a damaged file out of the way and tell its new name. */
  setAside(): string {
    const aside = this.#asideAs('corrupt');
    renameSync(this.#file, aside);
    syncDirectory(this.directory);
    return aside;
  }

  /** Give the file a second name, as it is about to be replaced; null where there is none. */
  keepAside(why: string): string | null {
    if (!existsSync(this.#file)) return null;
    const aside = this.#asideAs(why);
    linkSync(this.#file, aside);
    return aside;
  }

  release(): void {
    closeSync(this.#lock);
  }

  #asideAs(why: string): string {
    let number = 1;
    while (existsSync(`${this.#file}.${why}-${number}`)) number += 1;
    return `${this.#file}.${why}-${number}`;
  }

  get #file(): string {
    return join(this.directory, 'store.mdb');
  }

  #hold(lock: LockFile): number {
    const file = join(this.directory, 'lock');
    const { O_CREAT, O_RDWR, O_NOFOLLOW } = constants;
    const descriptor = openSync(file, O_CREAT | O_RDWR | O_NOFOLLOW, OWNER_ONLY);
    if (lock(descriptor)) {
      // In place and of one length: this must do on a full disk too.
      writeSync(descriptor, `${process.pid}`.padEnd(PID_BYTES), 0);
      return descriptor;
    }
    const pid = readFileSync(descriptor, 'utf8').trim();
    closeSync(descriptor);
    throw new TiesError(
      'STORE_IN_USE',
      `Process ${pid} is using the store in ${this.directory}: stop it (systemctl stop ties, or kill ${pid}), or give each device a directory of its own.`,
    );
  }
}

const PID_BYTES = 10;

/** Write changes so that all or none of them are on the disk when this ends. */
export const commit = async (
  environment: RootDatabase<Uint8Array, Uint8Array>,
  changes: EncodedChanges,
): Promise<void> => {
  const change = ([key, bytes]: [string, Uint8Array | undefined]): void => {
    const name = Buffer.from(key);
    const done =
      bytes === undefined ? environment.remove(name) : environment.put(name, checked(key, bytes));
    done.catch(() => undefined); // The batch tells it.
  };
  try {
    await environment.batch(() => {
      for (const entry of changes) change(entry);
    });
  } catch (error) {
    const { commitError } = error as { commitError?: Promise<never> };
    throw await Promise.resolve(commitError ?? error).catch((cause: unknown) => cause);
  }
};

/**
 * With files made here, for their mode. lmdb-js answers before data are on the disk unless
 * `overlappingSync` is off.
 */
function openFile(path: string): RootDatabase<Uint8Array, Uint8Array> {
  if (!existsSync(path)) writeFileSync(path, '', { mode: OWNER_ONLY });
  // lmdb maps it and writes into the map: on a full disk a hole there would kill the process.
  const lock = `${path}-lock`;
  if (!existsSync(lock) || statSync(lock).size < PAGE_BYTES)
    writeFileSync(lock, Buffer.alloc(PAGE_BYTES), { mode: OWNER_ONLY });
  return open<Uint8Array, Uint8Array>({
    path,
    noSubdir: true,
    encoding: 'binary',
    keyEncoding: 'binary',
    pageSize: PAGE_BYTES,
    mapSize: MAP_BYTES,
    maxDbs: 1,
    maxReaders: 4,
    overlappingSync: false,
  });
}

/** A new name of a file is on the disk when its directory is. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
