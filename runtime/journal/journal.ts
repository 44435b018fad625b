import type { Beginning, Heading, Line, Turn } from './turn.ts';
import { WARNING } from './turn.ts';

export interface JournalInput {
  readonly comment: string;
  /** Takes whole lines. */
  write(text: string): void;
}

/** A journal being written: of one device or of all that a world has. */
export class Journal {
  readonly #write: JournalInput['write'];
  #runs = 0;

  constructor({ comment, write }: JournalInput) {
    this.#write = write;
    this.#line({ journal: 1, warning: WARNING, comment });
  }

  /** A device starts: its number, by which its turns are told apart. */
  begin(begin: Beginning['begin']): number {
    const run = this.#runs;
    this.#runs += 1;
    this.#line({ run, begin });
    return run;
  }

  turn(turn: Turn): void {
    this.#line(turn);
  }

  #line(line: Line | Heading): void {
    this.#write(`${JSON.stringify(line)}\n`);
  }
}
