import { assign, setup } from 'xstate';
import { failureOf, kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { noted, outside } from '../outside.ts';
import type { Received } from '../received.ts';
import { backOffMs, MAX_REPEATS, REPLY_MS } from '../retry.ts';

export interface Context {
  /** Repeats of the R1 that is waiting for its answer. */
  repeats: number;
  /** Attempts so far. */
  attempts: number;
  /** Over how long those who say R1 for the same reason spread it. */
  spreadMs: number;
  reason: string | null;
  advice: string | null;
}

export type Event = Received<'R0'> | Received<'R0.all'> | Received<'R2'> | { type: 'cancel' };

/**
 * A member that has restarted, or whose Central Entity has, agrees with it on the epochs of both.
 * It goes on until it is answered: the Central Entity may be without power for days.
 */
export const rejoinNodeMachine = setup({
  types: {} as {
    context: Context;
    events: Event;
    input: Pick<Context, 'spreadMs'>;
    output: Outcome;
  },
  actors: {
    /** The same R1 within an attempt; each attempt has a higher counter. */
    transmit: outside<void, { message: 'R1'; attempt: number }>('transmit'),
    adoptEpochs: outside('adoptEpochs'),
  },
  guards: {
    isStillMember: ({ event }) =>
      event.type === 'rejoin.answered' && event.body.standing === 'active',
    repeatsLeft: ({ context }) => context.repeats < MAX_REPEATS,
  },
  delays: {
    /** A host draws it from there. */
    spread: ({ context }) => context.spreadMs,
    /** A host spreads it, where many ask. */
    reply: REPLY_MS,
    backOff: ({ context }) => backOffMs(context.attempts),
  },
  actions: {
    countAttempt: assign({ repeats: 0, attempts: ({ context }) => context.attempts + 1 }),
    countRepeat: assign({ repeats: ({ context }) => context.repeats + 1 }),
    keepSpread: assign({
      spreadMs: ({ context, event }) =>
        event.type === 'rejoin.called' ? event.body.spreadMs : context.spreadMs,
    }),
    acceptAnswer: noted('acceptAnswer'),
    keepStanding: assign({
      reason: ({ event }) => (event.type === 'rejoin.answered' ? event.body.standing : null),
    }),
    keepReason: assign(({ event }) => failureOf(event)),
  },
}).createMachine({
  id: 'rejoin.node',
  context: ({ input }) => ({ ...input, repeats: 0, attempts: 0, reason: null, advice: null }),
  initial: 'waiting',
  on: { cancel: '.cancelled' },
  states: {
    waiting: {
      on: { 'rejoin.demanded': 'beginning' },
      after: { spread: 'beginning' },
    },
    beginning: {
      entry: 'countAttempt',
      always: 'requesting',
    },
    requesting: {
      invoke: {
        src: 'transmit',
        input: ({ context }) => ({ message: 'R1', attempt: context.attempts }),
        onError: {},
      },
      on: {
        'rejoin.answered': [
          { guard: 'isStillMember', target: 'adopting', actions: 'acceptAnswer' },
          { target: 'dismissed', actions: 'keepStanding' },
        ],
        /** The Central Entity has restarted since, and may not know this R1. */
        'rejoin.demanded': 'beginning',
      },
      after: {
        reply: [
          { guard: 'repeatsLeft', target: 'requesting', reenter: true, actions: 'countRepeat' },
          { target: 'backingOff' },
        ],
      },
    },
    adopting: {
      on: { cancel: {} },
      invoke: {
        src: 'adoptEpochs',
        onDone: 'rejoined',
        onError: { target: 'backingOff', actions: 'keepReason' },
      },
    },
    backingOff: {
      on: {
        'rejoin.demanded': 'beginning',
        'rejoin.called': { target: 'waiting', actions: 'keepSpread' },
      },
      after: { backOff: 'beginning' },
    },
    rejoined: { type: 'final', output: SUCCESS },
    dismissed: { type: 'final', output: kept },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
