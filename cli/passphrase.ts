import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { TiesError } from '../protocol/errors.ts';

/** Of a command that needs one; never an argument, which everybody on the machine can read. */
export const PASSPHRASE_OPTION = [
  '--passphrase-file <file>',
  'file whose first line is the passphrase; - is standard input. Left out, you are asked',
] as const;

/**
 * The passphrase, from a file, standard input or the keyboard, where it is asked for `times` times.
 * Throws `BACKUP_PASSPHRASE` where there is none, or two are not the same.
 */
export const passphrase = async (file: string | undefined, times: 1 | 2): Promise<string> => {
  if (file !== undefined) {
    return firstLine(file === '-' ? await readAll(process.stdin) : read(file));
  }
  if (!process.stdin.isTTY)
    throw new TiesError(
      'BACKUP_PASSPHRASE',
      'Nobody is there to be asked for the passphrase: give --passphrase-file, a file or - for standard input.',
    );
  const typed = await typedUnseen('Passphrase: ');
  if (times === 2 && (await typedUnseen('The same again: ')) !== typed)
    throw new TiesError('BACKUP_PASSPHRASE', 'That was not the same passphrase. Begin again.');
  return typed;
};

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TiesError(
      'BACKUP_PASSPHRASE',
      `${file} with the passphrase cannot be read (${(cause as NodeJS.ErrnoException).code}).`,
      { cause },
    );
  }
};

const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0] as string;

/** Without an echo: readline writes what is typed, so its output goes nowhere. */
const typedUnseen = (question: string): Promise<string> =>
  new Promise((resolve) => {
    process.stderr.write(question);
    const output = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: process.stdin, output, terminal: true });
    lines.question('', (answer) => {
      lines.close();
      process.stderr.write('\n');
      resolve(answer);
    });
  });
