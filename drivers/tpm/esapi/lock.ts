import { createHash } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TiesError } from '../../../protocol/errors.ts';
import type { CLibrary } from '../../ffi/interface.ts';

const LOCK_EX = 2;
const LOCK_NB = 4;

const SWTPM_SOCKET = /^swtpm:path=([^,]+)$/;

/** Beside the socket of a software TPM, else in the temporary folder under a name of the TCTI's. */
export const lockFileOf = (tcti: string): string => {
  const socket = SWTPM_SOCKET.exec(tcti)?.[1];
  if (socket) return `${socket}.lock`;
  const digest = createHash('sha256').update(tcti).digest('hex').slice(0, 16);
  return join(tmpdir(), `ties-tpm-${digest}.lock`);
};

/**
 * Hold this TPM exclusively until the returned function is called or the process ends: two
 * processes would read the same boot counter and so use nonces twice. `flock` is released by the
 * kernel however the process ends.
 */
export const lockTpm = (libc: CLibrary, lockFile: string): (() => void) => {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  let descriptor: number;
  try {
    descriptor = openSync(lockFile, flags, 0o600);
  } catch (cause) {
    throw new TiesError(
      'TPM_UNAVAILABLE',
      `Cannot open the lock file ${lockFile} (${(cause as NodeJS.ErrnoException).code}); ` +
        'name one that this user may write, the same for all who use this TPM.',
      { cause },
    );
  }
  if (libc.declare('flock', ['u32', 'u32']).call(descriptor, LOCK_EX | LOCK_NB) !== 0) {
    closeSync(descriptor);
    throw new TiesError(
      'TPM_UNAVAILABLE',
      `Another process holds this TPM (lock file ${lockFile}); stop it first.`,
    );
  }
  return () => closeSync(descriptor);
};
