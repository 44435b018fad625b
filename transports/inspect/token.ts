import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Random } from '../../drivers/random/interface.ts';
import { TiesError } from '../../protocol/errors.ts';

const TOKEN_BYTES = 24;

/**
 * The token of who may read, from its file, made at the first asking and readable for this user
 * alone. Throws `INSPECT_TOKEN` where it can be neither read nor made.
 */
export const tokenOf = (file: string, random: Random): string => {
  try {
    const token = held(file) ?? made(file, random);
    if (!/^[\w-]{32}$/.test(token)) throw new Error('not a token');
    return token;
  } catch (cause) {
    throw new TiesError(
      'INSPECT_TOKEN',
      `The inspector's token in ${file} cannot be read or made: remove the file, and see that this user may write there.`,
      { cause },
    );
  }
};

const held = (file: string): string | null => {
  try {
    const token = readFileSync(file, 'utf8').trim();
    chmodSync(file, 0o600);
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

const made = (file: string, random: Random): string => {
  const token = Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url');
  mkdirSync(dirname(file), { recursive: true, mode: 0o750 });
  writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  return token;
};
