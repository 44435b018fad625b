import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { concat } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';

/** A trace may be read by the group of who records it: it tells who speaks with whom. */
const MODE = 0o640;
const NAME = /^trace-(\d{6,})\.pcapng$/;

/** A file that grows by whole blocks. Throws `TRACE_UNWRITABLE`. */
export class GrowingFile {
  readonly path: string;
  readonly #descriptor: number;
  bytes = 0;

  /** Its mode is as given, also where it was there before. */
  constructor(path: string, mode = MODE) {
    this.path = path;
    this.#descriptor = writing(path, () => openSync(path, 'w', mode));
    fchmodSync(this.#descriptor, mode);
  }

  append(blocks: readonly Uint8Array[]): void {
    const bytes = concat(...blocks);
    // A disk that is getting full takes a part first.
    for (let at = 0; at < bytes.length; )
      at += writing(this.path, () => writeSync(this.#descriptor, bytes, at));
    this.bytes += bytes.length;
  }

  /** What was appended then survives a power cut. */
  close(): void {
    try {
      writing(this.path, () => fsyncSync(this.#descriptor));
    } finally {
      closeSync(this.#descriptor);
    }
  }
}

/** A folder of numbered traces, of which the latest are kept. */
export class TraceFolder {
  readonly #directory: string;
  readonly #kept: number;

  constructor(directory: string, kept: number) {
    this.#directory = directory;
    this.#kept = kept;
  }

  /** Begin the next file; the oldest make room. Throws `TRACE_UNWRITABLE`. */
  next(): GrowingFile {
    const directory = this.#directory;
    const numbers = writing(directory, () => {
      mkdirSync(directory, { recursive: true, mode: 0o750 });
      return readdirSync(directory)
        .flatMap((name) => NAME.exec(name)?.[1] ?? [])
        .map(Number)
        .sort((a, b) => a - b);
    });
    const number = (numbers.at(-1) ?? 0) + 1;
    const file = new GrowingFile(this.#path(number));
    for (const old of numbers.slice(0, Math.max(0, numbers.length + 1 - this.#kept)))
      writing(directory, () => unlinkSync(this.#path(old)));
    return file;
  }

  #path(number: number): string {
    return join(this.#directory, `trace-${String(number).padStart(6, '0')}.pcapng`);
  }
}

const writing = <T>(path: string, write: () => T): T => {
  try {
    return write();
  } catch (cause) {
    throw new TiesError(
      'TRACE_UNWRITABLE',
      `${path} cannot be written (${(cause as NodeJS.ErrnoException).code}): make room, or name a place that this user may write.`,
      { cause },
    );
  }
};
