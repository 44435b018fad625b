import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TiesError } from '../../protocol/errors.ts';

const CHUNK_BYTES = 1024 * 1024;

/** The bytes of a trace or journal as they come in, unpacked where it is gzipped. Rejects with `TRACE_UNREADABLE`. */
export const openTrace = async (path: string): Promise<AsyncIterable<Uint8Array>> => {
  if (path === '-') return process.stdin;
  try {
    if ((await stat(path)).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    const bytes = createReadStream(path, { fd: await open(path), highWaterMark: CHUNK_BYTES });
    return path.endsWith('.gz') ? unpacked(path, bytes) : bytes;
  } catch (cause) {
    throw new TiesError(
      'TRACE_UNREADABLE',
      `${path} cannot be read (${(cause as NodeJS.ErrnoException).code}): name a trace that there is, and that this user may read.`,
      { cause },
    );
  }
};

async function* unpacked(path: string, bytes: Readable): AsyncGenerator<Uint8Array> {
  try {
    // With what fails, or is not read to its end, the file is closed too.
    yield* pipeline(bytes, createGunzip(), () => undefined);
  } catch (cause) {
    throw new TiesError(
      'TRACE_UNREADABLE',
      `${path} cannot be unpacked (${(cause as NodeJS.ErrnoException).code}): it is damaged, or not gzipped.`,
      { cause },
    );
  }
}
