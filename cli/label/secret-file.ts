import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { TiesError } from '../../protocol/errors.ts';

/** Files that hold labels, and so keys: for this user alone. Each throws `LABEL_FILE`. */
const OWNER_ONLY = 0o600;

/** It must not be there: nobody's labels are overwritten. */
export const writeSecret = (file: string, content: string): void =>
  told(file, () => writeFileSync(file, content, { flag: 'wx', mode: OWNER_ONLY }));

/** Add a row to a table, with its head where the file is new. */
export const appendSecret = (file: string, head: string, row: string): void =>
  told(file, () =>
    appendFileSync(file, existsSync(file) ? row : `${head}${row}`, { mode: OWNER_ONLY }),
  );

export const readSecret = (file: string): string => told(file, () => readFileSync(file, 'utf8'));

const told = <T>(file: string, act: () => T): T => {
  try {
    return act();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new TiesError(
      'LABEL_FILE',
      code === 'EEXIST'
        ? `${file} is there already: give another name, or remove it.`
        : `${file} cannot be used (${code}): give a file that this user may read and write.`,
      { cause },
    );
  }
};
