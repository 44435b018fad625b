import { type AnyActorRef, assign, enqueueActions, setup } from 'xstate';
import type { Tpm, TpmOperationName, TpmOperations } from '../drivers/tpm/interface.ts';
import { failureOf, isPeersFault } from '../machines/outcome.ts';
import { TiesError } from '../protocol/errors.ts';

/** Operations that may wait; one more is answered `TPM_BUSY`, so that nothing grows without end. */
export const MAX_WAITING = 32;
/** Past this the TPM counts as stalled. RSA key generation takes up to 53 s on an SLB 9670. */
export const WATCHDOG_MS = 90_000;

/** The root tells of the same failure at most this often. */
export const TELL_FAILED_MS = 600_000;

/** Higher goes first: what a peer waits for before what can wait. */
export const PRIORITY = { background: 0, reply: 1, urgent: 2 } as const;

/** One operation for the TPM and whom to tell. */
export interface TpmJob<Name extends TpmOperationName = TpmOperationName> {
  readonly id: number;
  readonly name: Name;
  readonly input: TpmOperations[Name]['input'];
  readonly priority: number;
  readonly resolve: (output: TpmOperations[Name]['output']) => void;
  readonly reject: (error: unknown) => void;
}

/** An operation has failed: told to the root besides its caller, who may just try again. */
export interface TpmFailed {
  readonly type: 'tpm.failed';
  readonly operation: TpmOperationName;
  readonly reason: string;
  readonly advice: string;
}

/** A device that is switched off stops its actors one after another. */
export const isActive = (actor: AnyActorRef): boolean => actor.getSnapshot().status === 'active';

const isOwnFault = (event: object): boolean => !isPeersFault(failureOf(event));

export interface Context {
  waiting: readonly TpmJob[];
  running: TpmJob | null;
}

export type Event =
  | { readonly type: 'tpm.requested'; readonly job: TpmJob }
  | { readonly type: 'tpm.cancelled'; readonly id: number }
  | { readonly type: 'tpm.performed'; readonly output: never }
  | { readonly type: 'tpm.refused'; readonly error: unknown };

const unavailable = (): TiesError =>
  new TiesError(
    'TPM_UNAVAILABLE',
    `The TPM has not answered for ${WATCHDOG_MS / 1000} s. Check its wiring and overlay, then restart.`,
  );

/** Where `job` goes: before the first of lower priority. */
const enqueued = (waiting: readonly TpmJob[], job: TpmJob): readonly TpmJob[] => {
  const at = waiting.findIndex((other) => other.priority < job.priority);
  return at < 0 ? [...waiting, job] : [...waiting.slice(0, at), job, ...waiting.slice(at)];
};

/**
 * The one way to a TPM: a bounded queue with priorities, one operation at a time. An operation in
 * work cannot be stopped; cancelling it frees its caller and drops the result.
 */
export const tpmMachine = (tpm: Tpm) =>
  setup({
    types: {} as { context: Context; events: Event },
    guards: {
      hasWaiting: ({ context }) => context.waiting.length > 0,
      isFull: ({ context }) => context.waiting.length >= MAX_WAITING,
    },
    delays: { watchdog: WATCHDOG_MS },
    actions: {
      enqueue: assign(({ context, event }) =>
        event.type === 'tpm.requested' ? { waiting: enqueued(context.waiting, event.job) } : {},
      ),
      rejectAsBusy: ({ event }) => {
        if (event.type === 'tpm.requested')
          event.job.reject(
            new TiesError(
              'TPM_BUSY',
              `${MAX_WAITING} operations wait for the TPM already. Try again later.`,
            ),
          );
      },
      rejectAsUnavailable: ({ event }) => {
        if (event.type === 'tpm.requested') event.job.reject(unavailable());
      },
      rejectEverything: ({ context }) => {
        for (const job of [context.running, ...context.waiting]) job?.reject(unavailable());
      },
      forgetWaiting: assign({ waiting: [] }),
      cancel: assign(({ context, event }) =>
        event.type === 'tpm.cancelled'
          ? { waiting: context.waiting.filter((job) => job.id !== event.id) }
          : {},
      ),
      takeNext: assign(({ context }) => ({
        running: context.waiting[0] ?? null,
        waiting: context.waiting.slice(1),
      })),
      /** No actor of its own: it could not be stopped, and half of a join's events would be its. */
      perform: ({ context, self }) => {
        const { name, input } = context.running as TpmJob;
        const tell = (event: Event): void => {
          if (isActive(self)) self.send(event);
        };
        tpm.perform(name, input).then(
          (output) => tell({ type: 'tpm.performed', output: output as never }),
          (error: unknown) => tell({ type: 'tpm.refused', error }),
        );
      },
      resolve: ({ context, event }) => {
        if (event.type === 'tpm.performed') context.running?.resolve(event.output);
      },
      reject: ({ context, event }) => {
        if (event.type === 'tpm.refused') context.running?.reject(event.error);
      },
      tellFailed: enqueueActions(({ context, event, enqueue, self }) => {
        const operation = (context.running as TpmJob).name;
        const failed: TpmFailed = { type: 'tpm.failed', operation, ...failureOf(event) };
        if (self._parent && isOwnFault(event)) enqueue.sendTo(self._parent, failed);
      }),
      release: assign({ running: null }),
    },
  }).createMachine({
    id: 'tpm',
    context: { waiting: [], running: null },
    initial: 'idle',
    on: {
      'tpm.requested': [{ guard: 'isFull', actions: 'rejectAsBusy' }, { actions: 'enqueue' }],
      'tpm.cancelled': { actions: 'cancel' },
    },
    states: {
      idle: { always: { guard: 'hasWaiting', target: 'working', actions: 'takeNext' } },
      working: {
        entry: 'perform',
        on: {
          'tpm.performed': { target: 'idle', actions: ['resolve', 'release'] },
          'tpm.refused': { target: 'idle', actions: ['reject', 'tellFailed', 'release'] },
        },
        initial: 'timely',
        states: {
          timely: { after: { watchdog: 'stalled' } },
          /** Until the operation ends after all, every request is refused at once. */
          stalled: {
            entry: ['rejectEverything', 'forgetWaiting'],
            on: { 'tpm.requested': { actions: 'rejectAsUnavailable' } },
          },
        },
      },
    },
  });
