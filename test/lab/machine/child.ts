import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

/** A process that ends with this one, however this one ends; what it says goes into a file, or to our own terminal. */
export interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export const startChild = (command: readonly string[], logFile: string | null): Child => {
  const log = logFile === null ? null : openSync(logFile, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
    stdio: log === null ? 'inherit' : ['ignore', log, log],
  });
  if (log !== null) closeSync(log);
  const ended = once(child, 'close').then(() => undefined);
  return {
    process: child,
    ended,
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
};
