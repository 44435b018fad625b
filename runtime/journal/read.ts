import { TiesError } from '../../protocol/errors.ts';
import type { Line } from './turn.ts';

/**
 * The lines of a journal as they come in. One that was cut off ends with its last whole line.
 * Throws `JOURNAL_MALFORMED` where it is none, `JOURNAL_VERSION` where it is of another version.
 */
export async function* readJournal(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() as string;
    for (const text of lines) {
      number += 1;
      yield parsed(text, number);
    }
  }
  if (number === 0) throw malformed(1);
}

const parsed = (text: string, number: number): Line => {
  let line: Line;
  try {
    line = JSON.parse(text);
  } catch {
    throw malformed(number);
  }
  if (typeof line !== 'object' || line === null) throw malformed(number);
  if ('journal' in line !== (number === 1)) throw malformed(number);
  if ('journal' in line && line.journal !== 1)
    throw new TiesError(
      'JOURNAL_VERSION',
      'Another version of ties wrote this journal: replay it with that version, or record it anew.',
    );
  return line;
};

const malformed = (number: number): TiesError =>
  new TiesError(
    'JOURNAL_MALFORMED',
    `Line ${number} is none of a journal: name a file that --journal has written.`,
  );
