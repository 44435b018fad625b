import type { Happening } from './journal.ts';

/** One operation of a TPM: when it was asked for, when it began and when it was over. */
export interface TpmSpan {
  readonly device: string;
  readonly operation: string;
  readonly askedMs: number;
  readonly startMs: number;
  /** Null while it goes on. */
  readonly endMs: number | null;
}

interface Job {
  readonly id: number;
  readonly name: string;
}

export interface TpmWork {
  readonly spans: TpmSpan[];
  readonly asked: Map<string, number>;
  /** By device: the job in hand, and the place of its span. */
  readonly running: Map<string, { readonly id: number; readonly place: number }>;
}

export const noTpmWork = (): TpmWork => ({ spans: [], asked: new Map(), running: new Map() });

/** The queue before a TPM is an actor of this name; its context holds what is in hand. */
const runningJob = (context: unknown): Job | null =>
  (context as { readonly running?: Job | null } | undefined)?.running ?? null;

export const followTpm = (work: TpmWork, it: Happening): void => {
  if (it.type === '@xstate.event' && it.event.type === 'tpm.requested') {
    const job = it.event.job as Job | undefined;
    if (job !== undefined) work.asked.set(`${it.device} ${job.id}`, it.atMs);
    return;
  }
  if (it.type !== '@xstate.snapshot' || it.snapshot.context === undefined) return;
  if (!('running' in (it.snapshot.context as object))) return;
  const job = runningJob(it.snapshot.context);
  const before = work.running.get(it.device);
  if (before?.id === job?.id) return;
  if (before !== undefined) {
    const span = work.spans[before.place] as TpmSpan;
    work.spans[before.place] = { ...span, endMs: it.atMs };
    work.running.delete(it.device);
  }
  if (job === null) return;
  const key = `${it.device} ${job.id}`;
  const askedMs = work.asked.get(key) ?? it.atMs;
  work.asked.delete(key);
  const span = { device: it.device, operation: job.name, askedMs, startMs: it.atMs, endMs: null };
  work.running.set(it.device, { id: job.id, place: work.spans.push(span) - 1 });
};
