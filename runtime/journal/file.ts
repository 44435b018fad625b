import { utf8 } from '../../protocol/bytes.ts';
import type { TiesError } from '../../protocol/errors.ts';
import { GrowingFile } from '../../transports/trace/files.ts';
import { Journal } from './journal.ts';

/** For its owner alone. */
const MODE = 0o600;

/**
 * A journal in a file that has every turn as soon as the next one begins. Throws
 * `TRACE_UNWRITABLE`; when it cannot be written later on, it ends there, and `failed` is told.
 */
export const journalFile = (
  path: string,
  comment: string,
  failed: (fault: TiesError) => void,
): { journal: Journal; close(): void } => {
  const file = new GrowingFile(path, MODE);
  let hasFailed = false;
  const write = (text: string): void => {
    if (hasFailed) return;
    try {
      file.append([utf8(text)]);
    } catch (fault) {
      hasFailed = true;
      failed(fault as TiesError);
    }
  };
  return { journal: new Journal({ comment, write }), close: () => file.close() };
};
