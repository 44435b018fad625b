import type { Worker } from 'node:worker_threads';
import { TiesError } from '../../protocol/errors.ts';
import type { Task } from './perform.ts';
import type { Outputs } from './scenario.ts';

export interface Done {
  readonly outputs: Outputs;
  readonly wallMs: number;
}

/** What a thread answers. */
export type Answer = Done | { readonly failed: string };

/** Who does runs: so many at once. */
export interface Crew {
  readonly size: number;
  /** Throws `EXPERIMENT_RUN` where the run throws. */
  perform(task: Task): Promise<Done>;
  end(): Promise<void>;
}

/** A thread, and who waits for its answer. */
interface Hand {
  readonly worker: Worker;
  answered: (answer: Answer) => void;
}

/** One worker thread for each run at a time; `start` makes one of `worker.ts`. */
export const threads = (size: number, start: () => Worker): Crew => {
  const idle: Hand[] = [];
  const all = new Set<Hand>();
  const begin = (): Hand => {
    const hand: Hand = { worker: start(), answered: () => undefined };
    const lost = (why: string): void => {
      all.delete(hand);
      hand.answered({ failed: why });
    };
    hand.worker.on('message', (answer: Answer) => {
      idle.push(hand);
      hand.answered(answer);
    });
    hand.worker.on('error', (error) => lost(error.stack ?? error.message));
    hand.worker.on('exit', (code) => lost(`its thread ended with ${code}`));
    all.add(hand);
    return hand;
  };
  return {
    size,
    perform: (task) =>
      new Promise<Done>((resolve, reject) => {
        const hand = idle.pop() ?? begin();
        hand.answered = (answer) => {
          if ('failed' in answer) reject(runFault(task, answer.failed));
          else resolve(answer);
        };
        hand.worker.postMessage(task);
      }),
    end: async () => {
      await Promise.all([...all].map(({ worker }) => worker.terminate()));
    },
  };
};

const runFault = ({ scenario, parameters, seed }: Task, why: string): TiesError =>
  new TiesError(
    'EXPERIMENT_RUN',
    `${scenario} failed with seed ${seed} and ${JSON.stringify(parameters)}: ${why}. What was done before is kept; the same command goes on with this run.`,
  );
