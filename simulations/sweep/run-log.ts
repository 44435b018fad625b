import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { TiesError } from '../../protocol/errors.ts';
import type { Run } from './runs.ts';
import type { Outputs } from './scenario.ts';

/** A run with what came out of it. */
export interface Row extends Run {
  readonly outputs: Outputs;
  /** Real time it took, on a machine that may have done others besides. */
  readonly wallMs: number;
}

const rowSchema = z.strictObject({
  run: z.int().min(0),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  repeat: z.int().min(0),
  seed: z.int().min(0),
  outputs: z.record(z.string(), z.number().nullable()),
  wallMs: z.number(),
});

const NEWLINE = 0x0a;

/**
 * Rows as they are done, a line of JSON each, on disk before the next is. A line that a power cut
 * or a full disk left half is no row: it is cut off when the log is opened again.
 */
export class RunLog {
  readonly rows: readonly Row[];
  readonly #file: number;
  readonly #write: typeof writeSync;
  #length: number;

  /** Throws `EXPERIMENT_LOG` where something other than its end is damaged, or `EXPERIMENT_DISK`. */
  constructor(path: string, write = writeSync) {
    this.#write = write;
    const { rows, length } = readRunLog(path);
    this.rows = rows;
    this.#length = length;
    this.#file = opened(path);
    if (length > 0) ftruncateSync(this.#file, length);
  }

  /** Throws `EXPERIMENT_DISK`, and leaves what was there before. */
  append(row: Row): void {
    const line = Buffer.from(`${JSON.stringify(row)}\n`);
    try {
      for (let at = 0; at < line.length; )
        at += this.#write(this.#file, line, at, line.length - at);
      fsyncSync(this.#file);
    } catch (error) {
      this.#dropHalf();
      throw diskFault(error);
    }
    this.#length += line.length;
  }

  close(): void {
    closeSync(this.#file);
  }

  #dropHalf(): void {
    try {
      ftruncateSync(this.#file, this.#length);
    } catch {
      // A half line is told apart by its missing end.
    }
  }
}

const opened = (path: string): number => {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw diskFault(error);
  }
};

export const diskFault = (error: unknown): TiesError => {
  const { code = 'unknown', path } = error as NodeJS.ErrnoException;
  const [why, what] =
    code === 'ENOSPC'
      ? ['The disk is full', 'make room']
      : [
          `${path ?? 'What came out'} cannot be written (${code})`,
          'mend that, or give another --out',
        ];
  return new TiesError(
    'EXPERIMENT_DISK',
    `${why}. What was done before is kept: ${what}, and give the same command again.`,
    { cause: error },
  );
};

/** The whole lines of a log, and how long they are together; nothing where there is no log. */
export const readRunLog = (path: string): { rows: readonly Row[]; length: number } => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { rows: [], length: 0 };
    throw diskFault(error);
  }
  const length = bytes.lastIndexOf(NEWLINE) + 1;
  const lines = bytes.subarray(0, length).toString('utf8').split('\n').slice(0, -1);
  return { rows: lines.map((line, at) => rowOf(line, at, path)), length };
};

const rowOf = (line: string, at: number, path: string): Row => {
  try {
    return rowSchema.parse(JSON.parse(line)) as Row;
  } catch (cause) {
    throw new TiesError(
      'EXPERIMENT_LOG',
      `Line ${at + 1} of ${path} is damaged. Delete that line, and give the same command again: only that run is done anew.`,
      { cause },
    );
  }
};
