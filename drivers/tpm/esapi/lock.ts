import { createHash } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TiesError } from '../../../protocol/errors.ts';
import type { LockFile } from '../../lock/interface.ts';

const SWTPM_SOCKET = /^swtpm:path=([^,]+)$/;
const MANAGED_DEVICE = /^device:(\/dev\/tpmrm\d+)$/;

/**
 * What is locked for a TCTI. The device of the kernel's resource manager itself, as all processes
 * see the same one whatever their user and temporary folder; a file beside the socket of a
 * software TPM; for the rest a file in the temporary folder.
 */
export const lockFileOf = (tcti: string): string => {
  const device = MANAGED_DEVICE.exec(tcti)?.[1];
  if (device) return device;
  const socket = SWTPM_SOCKET.exec(tcti)?.[1];
  if (socket) return `${socket}.lock`;
  const digest = createHash('sha256').update(tcti).digest('hex').slice(0, 16);
  return join(tmpdir(), `ties-tpm-${digest}.lock`);
};

const openToLock = (lockFile: string): number => {
  const create = lockFile.startsWith('/dev/') ? 0 : constants.O_CREAT;
  try {
    return openSync(lockFile, constants.O_RDWR | constants.O_NOFOLLOW | create, 0o600);
  } catch (cause) {
    throw new TiesError(
      'TPM_UNAVAILABLE',
      `Cannot open ${lockFile} to lock this TPM (${(cause as NodeJS.ErrnoException).code}); ` +
        'check that the TPM is there and that this user may use it (group tss).',
      { cause },
    );
  }
};

/**
 * Hold this TPM exclusively until the returned function is called or the process ends: two
 * processes would read the same boot counter and so use nonces twice.
 */
export const lockTpm = (lock: LockFile, lockFile: string): (() => void) => {
  const descriptor = openToLock(lockFile);
  if (!lock(descriptor)) {
    closeSync(descriptor);
    throw new TiesError(
      'TPM_UNAVAILABLE',
      `Another process holds this TPM (lock on ${lockFile}); stop it first.`,
    );
  }
  return () => closeSync(descriptor);
};
