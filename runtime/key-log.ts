import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import { TiesError } from '../protocol/errors.ts';
import { KEY_LOG_HEADING, type KeyLog, keyLogLine } from '../protocol/key-log.ts';

const OWNER_ONLY = 0o600;

export interface KeyLogFile {
  readonly log: KeyLog;
  close(): void;
}

/**
 * Write every traffic key that a device uses, each once. For who debugs the protocol, and only
 * where an operator named the file: nothing writes one by itself. Throws `KEY_LOG_UNWRITABLE`.
 */
export const keyLogFile = (path: string): KeyLogFile => {
  const descriptor = opened(path);
  const known = new Set<string>();
  const write = (line: string): void => void writeSync(descriptor, `${line}\n`);
  KEY_LOG_HEADING.forEach(write);
  return {
    log: (used) => {
      const line = keyLogLine(used);
      if (line === null || known.has(line)) return;
      known.add(line);
      write(line);
    },
    close: () => closeSync(descriptor),
  };
};

const opened = (path: string): number => {
  try {
    const descriptor = openSync(path, 'w', OWNER_ONLY);
    // One that was there before keeps its mode.
    fchmodSync(descriptor, OWNER_ONLY);
    return descriptor;
  } catch (cause) {
    throw new TiesError(
      'KEY_LOG_UNWRITABLE',
      `The key log ${path} cannot be written (${(cause as NodeJS.ErrnoException).code}): name a place that this user may write.`,
      { cause },
    );
  }
};
