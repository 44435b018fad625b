import { TiesError } from '../../protocol/errors.ts';
import type { Clock } from '../clock/interface.ts';
import type { Turns } from './turns.ts';

/** Something that the radio was asked for. */
export interface Task {
  readonly name: 'sending' | 'sensing' | 'tuning';
  /** By which the chip tells that it has done it. */
  readonly doneFlag: number;
  readonly done: (flags: number) => void;
  readonly fail: (fault: TiesError) => void;
  /** Its turn has begun. */
  hasBegun?: boolean;
  /** Set once the chip is at it, and ends by itself. */
  watchdog?: unknown;
}

export interface AgendaInput {
  readonly clock: Clock;
  readonly turns: Turns;
  /** Within a turn: the chip should have done it long ago. */
  overdue(task: Task, limitMs: number): Promise<void>;
}

/** The one thing, if any, that the radio was asked for and has not ended yet. */
export class Agenda {
  readonly #input: AgendaInput;
  #task: Task | null = null;

  constructor(input: AgendaInput) {
    this.#input = input;
  }

  get task(): Task | null {
    return this.#task;
  }

  /** Throws `RADIO_BUSY` where there is one already. */
  begin(task: Task): Task {
    if (this.#task !== null) {
      throw new TiesError('RADIO_BUSY', `The radio is ${this.#task.name}: wait until it listens.`);
    }
    this.#task = task;
    return task;
  }

  /** A turn that is left out where the task has ended before it. */
  turnOf(task: Task, job: () => Promise<void>): void {
    void this.#input.turns.take(async () => {
      if (this.#task !== task) return;
      task.hasBegun = true;
      await job();
    });
  }

  /** The chip is at it, and has gone wrong after this time. */
  limit(task: Task, limitMs: number): void {
    if (this.#task !== task) return;
    const { clock, overdue } = this.#input;
    task.watchdog = clock.setTimeout(
      () => this.turnOf(task, () => overdue(task, limitMs)),
      limitMs,
    );
  }

  /** The task that the chip tells to be done, if any. */
  doneBy(flags: number): Task | null {
    const task = this.#task;
    return task?.watchdog !== undefined && (flags & task.doneFlag) !== 0 ? task : null;
  }

  /** Returns false where it had ended before. */
  end(task: Task): boolean {
    if (this.#task !== task) return false;
    this.#input.clock.clearTimeout(task.watchdog);
    this.#task = null;
    return true;
  }

  /** Of what the chip was at nothing is left; what waits for its turn goes on if the radio does. */
  abort(fault: TiesError, canGoOn: boolean): void {
    const task = this.#task;
    if (task === null || (canGoOn && !task.hasBegun)) return;
    if (this.end(task)) task.fail(fault);
  }
}
