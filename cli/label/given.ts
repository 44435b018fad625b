import { text as readAll } from 'node:stream/consumers';
import { TiesError } from '../../protocol/errors.ts';

/** The label of a command line; `-` is standard input. Throws `LABEL_TABLE` where there is none. */
export const givenLabel = async (given: string | undefined): Promise<string> => {
  if (given === undefined)
    throw new TiesError('LABEL_TABLE', 'Give a label, - for standard input, or --csv FILE.');
  return given === '-' ? (await readAll(process.stdin)).trim() : given;
};
