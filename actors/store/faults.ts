import { statfsSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import { TiesError } from '../../protocol/errors.ts';

/** A disk with less has no room for lmdb, which tells a write cut short as EIO. */
const LITTLE_BYTES = 64 * 1024;

/** What the file system or lmdb said of a store in `directory`, as an error that says what to do. */
export const storeFault = (cause: unknown, directory: string): TiesError => {
  if (cause instanceof TiesError) return cause;
  const name = nameOf(cause);
  const fault = (code: string, message: string): TiesError =>
    new TiesError(code, message, { cause });
  switch (name) {
    case 'EROFS':
      return fault(
        'STORE_READ_ONLY',
        `${directory} is on a file system that is mounted read-only: mount it writable, or choose another directory for the store.`,
      );
    case 'EACCES':
    case 'EPERM':
      return fault(
        'STORE_NO_PERMISSION',
        `This user may not write to ${directory}: give it to the user that runs ties (sudo chown -R), or choose another directory for the store.`,
      );
    default:
      if (FULL.has(name) || (name === 'EIO' && freeBytes(directory) < LITTLE_BYTES))
        return fault(
          'STORE_FULL',
          `No room is left for the store in ${directory}; what was written before stands. Make room (sudo journalctl --vacuum-size=50M, sudo apt-get clean), then try again.`,
        );
      return fault(
        'STORE_UNAVAILABLE',
        `The store in ${directory} could not be read or written (${name}); what was written before stands. Look for disk errors: sudo dmesg.`,
      );
  }
};

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Node names errors, lmdb gives their number. */
function nameOf(cause: unknown): string {
  const { code } = cause as { code?: unknown };
  if (typeof code === 'number' && code > 0) return getSystemErrorName(-code);
  return typeof code === 'string' ? code : cause instanceof Error ? cause.message : String(cause);
}

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
