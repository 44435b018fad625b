import { closeSync, openSync, readSync } from 'node:fs';
import type { Fault } from './fault.ts';
import { checkRole, type RoleCheck } from './role-text.ts';

/** A role file has some hundred bytes; what is longer is something else. */
const MAX_BYTES = 1 << 20;

export type RoleFile =
  | RoleCheck
  | { readonly kind: 'unreadable'; readonly faults: readonly [Fault] };

/** Reads and checks a role file. Never throws: that it cannot be read is an outcome too. */
export const readRoleFile = (path: string): RoleFile => {
  const bytes = contents(path);
  if (!(bytes instanceof Uint8Array)) return { kind: 'unreadable', faults: [bytes] };
  const text = decoded(bytes);
  return typeof text === 'string' ? checkRole(text) : { kind: 'faulty', faults: [text] };
};

const contents = (path: string): Uint8Array | Fault => {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    const buffer = new Uint8Array(MAX_BYTES + 1);
    let length = 0;
    // Not by its size: it may be a pipe, or /dev/zero.
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(file, buffer, length, buffer.length - length, null);
    return length > MAX_BYTES
      ? unreadable('It is longer than 1 MiB', 'Name a role file, of some hundred bytes.')
      : buffer.subarray(0, length);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const [reason, remedy] = UNREADABLE[code] ?? [
      `It cannot be read (${code})`,
      'Look at the disk and at dmesg.',
    ];
    return unreadable(reason, remedy);
  } finally {
    if (file !== null) closeSync(file);
  }
};

const UNREADABLE: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  ENOENT: ['There is no such file', 'Check its name; config/examples has some to begin with.'],
  ENOTDIR: ['There is no such file', 'Check its name: a folder in it is none.'],
  EISDIR: ['It is a folder', 'Name the file in it.'],
  EACCES: ['This user may not read it', 'Type: sudo chmod a+r FILE, or run this as another user.'],
};

const unreadable = (reason: string, remedy: string): Fault => ({
  ...{ code: 'unreadable', path: '', position: null, reason, remedy },
});

const decoded = (bytes: Uint8Array): string | Fault => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const isUtf16 = [0xfeff, 0xfffe].includes(((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0));
    return {
      ...{ code: 'encoding', path: '', position: { line: 1, column: 1 } },
      reason: isUtf16 ? 'The file is UTF-16, not UTF-8' : 'The file is not UTF-8',
      remedy: 'Save it as UTF-8.',
    };
  }
};
