import type { Progress } from '../../simulations/sweep/experiment.ts';

const BAR = 28;
/** Where nobody looks on, a line so often. */
const QUIET_MS = 15_000;

/** A bar on standard error with the time that is left, or lines of it where that is no terminal. */
export const progressBar = (
  stream: NodeJS.WriteStream,
  now: () => number,
): { told(progress: Progress): void; end(): void } => {
  const startMs = now();
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    told: (progress) => {
      const isEnd = progress.done === progress.of;
      if (!stream.isTTY && !isEnd && now() - lastMs < QUIET_MS) return;
      lastMs = now();
      const line = lineOf(progress, now() - startMs);
      stream.write(stream.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
    },
    end: () => {
      if (stream.isTTY) stream.write('\n');
    },
  };
};

export const lineOf = ({ done, of, found }: Progress, tookMs: number): string => {
  const share = of === 0 ? 1 : done / of;
  const full = Math.round(share * BAR);
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
  const percent = `${Math.floor(100 * share)} %`.padStart(5);
  return `${bar} ${percent}  ${done} of ${of} runs  ${leftOf({ done, of, found }, tookMs)}`;
};

/** By the mean of the runs of this command: those found were done before. */
const leftOf = ({ done, of, found }: Progress, tookMs: number): string => {
  if (done === of) return `in ${duration(tookMs)}`;
  if (done === found) return 'time left not known yet';
  return `${duration(((of - done) * tookMs) / (done - found))} left`;
};

const duration = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
