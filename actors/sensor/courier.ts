import { assign, fromPromise, sendParent, setup } from 'xstate';
import type { Random } from '../../drivers/random/interface.ts';
import { failureOf } from '../../machines/outcome.ts';
import { spread } from '../spread.ts';
import type { OpenLine } from './line.ts';
import type { SensorNews } from './news.ts';
import type { ReadingQueue } from './queue.ts';

const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 300_000;
/** What has piled up goes one after another: others want the air too. */
export const PACE_MS = 2_000;

export interface CourierContext {
  readonly peer: string;
  /** In a row. */
  readonly failures: number;
  /** Why the last one was not sent. */
  readonly trouble: { readonly reason: string; readonly advice: string } | null;
}

export type CourierEvent =
  | { readonly type: 'reading.taken' }
  /** Something has changed: what failed may do now. */
  | { readonly type: 'peer.available' };

/** Sends one peer what waits for it, oldest first, one at a time, until there is no more. */
export const courierMachine = (deps: {
  readonly queue: ReadingQueue;
  readonly open: OpenLine;
  readonly random: Random;
}) => {
  const { queue, open, random } = deps;
  return setup({
    types: {} as {
      context: CourierContext;
      events: CourierEvent;
      input: { readonly peer: string };
    },
    actors: {
      forward: fromPromise(async ({ input, signal }: { input: string; signal: AbortSignal }) => {
        const line = await open(input, signal);
        queue.reached(input, line.epoch);
        const reading = queue.next(input);
        if (reading === null) return;
        await line.send(reading.payload, signal);
        queue.sent(input, reading.id);
      }),
    },
    guards: { hasWaiting: ({ context }) => queue.waiting(context.peer) > 0 },
    delays: {
      pace: () => spread(random, PACE_MS),
      retry: ({ context }) =>
        spread(random, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (context.failures - 1))),
    },
    actions: {
      noteFailure: assign(({ context, event }) => ({
        failures: context.failures + 1,
        trouble: failureOf(event),
      })),
      noteSuccess: assign({ failures: 0, trouble: null }),
      tellHeld: sendParent(({ context, event }): SensorNews => {
        const { peer } = context;
        return { type: 'readings.held', peer, ...failureOf(event), waiting: queue.waiting(peer) };
      }),
      tellFlowing: sendParent(({ context: { peer } }): SensorNews => {
        return { type: 'readings.flowing', peer, waiting: queue.waiting(peer) };
      }),
    },
  }).createMachine({
    id: 'courier',
    context: ({ input }) => ({ ...input, failures: 0, trouble: null }),
    initial: 'idle',
    states: {
      idle: {
        always: { guard: 'hasWaiting', target: 'forwarding' },
        on: { 'reading.taken': 'forwarding' },
      },
      forwarding: {
        invoke: {
          src: 'forward',
          input: ({ context }) => context.peer,
          onDone: [
            {
              guard: ({ context }) => context.trouble !== null,
              target: 'pacing',
              actions: ['tellFlowing', 'noteSuccess'],
            },
            { target: 'pacing' },
          ],
          onError: [
            {
              guard: ({ context, event }) => context.trouble?.reason === failureOf(event).reason,
              target: 'waiting',
              actions: 'noteFailure',
            },
            { target: 'waiting', actions: ['tellHeld', 'noteFailure'] },
          ],
        },
      },
      pacing: {
        always: { guard: ({ context }) => queue.waiting(context.peer) === 0, target: 'idle' },
        after: { pace: 'idle' },
      },
      waiting: {
        after: { retry: 'forwarding' },
        on: { 'peer.available': 'forwarding' },
      },
    },
  });
};
