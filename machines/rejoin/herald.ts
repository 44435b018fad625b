import { assign, setup } from 'xstate';
import { type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';

/** How often each is called. Who was off all the while asks by itself. */
export const ROUNDS = 3;
/** Between two calls: what is called answers, and nobody waits behind a long list. */
export const PAUSE_MS = 3_000;

export interface Context {
  readonly members: readonly number[];
  /** Calls so far, of this round. */
  calls: number;
  rounds: number;
}

/**
 * A Central Entity that has restarted calls its members one after another, so that they do not
 * all answer at once: what they say under its last epoch it cannot open.
 */
export const rejoinHeraldMachine = setup({
  types: {} as {
    context: Context;
    events: { type: 'cancel' };
    input: { members: readonly number[] };
    output: Outcome;
  },
  actors: {
    /** An R0, unless this one has rejoined meanwhile. */
    transmit: outside<void, { message: 'R0'; to: number }>('transmit'),
  },
  guards: {
    hasMore: ({ context }) => context.calls < context.members.length,
    hasRounds: ({ context }) => context.rounds < ROUNDS,
  },
  delays: {
    /** A host spreads it. */
    pause: PAUSE_MS,
    /** From one round to the next: a minute, four minutes. */
    rest: ({ context }) => 60_000 * context.rounds ** 2,
  },
  actions: {
    countCall: assign({ calls: ({ context }) => context.calls + 1 }),
    countRound: assign({ calls: 0, rounds: ({ context }) => context.rounds + 1 }),
  },
}).createMachine({
  id: 'rejoin.herald',
  context: ({ input }) => ({ ...input, calls: 0, rounds: 0 }),
  initial: 'pausing',
  on: { cancel: '.cancelled' },
  states: {
    pausing: {
      after: { pause: [{ guard: 'hasMore', target: 'calling' }, { target: 'counting' }] },
    },
    calling: {
      invoke: {
        src: 'transmit',
        input: ({ context }) => ({
          message: 'R0',
          to: context.members[context.calls] as number,
        }),
        onDone: { target: 'pausing', actions: 'countCall' },
        onError: { target: 'pausing', actions: 'countCall' },
      },
    },
    counting: {
      entry: 'countRound',
      always: [{ guard: 'hasRounds', target: 'resting' }, { target: 'silent' }],
    },
    resting: { after: { rest: 'pausing' } },
    silent: { type: 'final', output: SUCCESS },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
