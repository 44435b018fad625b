import { assign, setup } from 'xstate';
import { type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';

/** How often all are called before the rest are called one by one. */
const CALLS = 2;
/** How often that is done. Who was off all the while asks by itself. */
export const ROUNDS = 3;
/** Between two calls of one: what is called answers, and nobody waits behind a long list. */
export const PAUSE_MS = 3_000;
/** For each member that is called: twice what its R1 and R2 take of the air, so that few collide. */
const SPREAD_MS = 250;
/** A call may have been lost by all of them; an answer takes this long. */
const ANSWER_MS = 3_000;

export interface Context {
  /** Who has not rejoined, as far as was last looked. */
  members: readonly number[];
  /** Calls of all so far, of this round. */
  calls: number;
  /** Of one: whose turn it is. */
  next: number;
  rounds: number;
}

/** Over how long so many spread their answers. */
export const spreadMs = (members: readonly number[]): number => SPREAD_MS * members.length;

/**
 * A Central Entity that has restarted calls its members: what they say under its last epoch it
 * cannot open. One signed broadcast calls all, and tells them over how long to spread what they
 * answer; who missed it is called alone.
 */
export const rejoinHeraldMachine = setup({
  types: {} as {
    context: Context;
    events: { type: 'cancel' };
    input: { members: readonly number[] };
    output: Outcome;
  },
  actors: {
    transmit: outside<
      void,
      { message: 'R0.all'; spreadMs: number } | { message: 'R0'; to: number }
    >('transmit'),
    /** Who has not rejoined meanwhile. */
    muster: outside<readonly number[]>('muster'),
  },
  guards: {
    isComplete: ({ context }) => context.members.length === 0,
    hasCalls: ({ context }) => context.calls < CALLS,
    hasMore: ({ context }) => context.next < context.members.length,
    hasRounds: ({ context }) => context.rounds < ROUNDS,
  },
  delays: {
    spread: ({ context }) => spreadMs(context.members) + ANSWER_MS,
    /** A host spreads it. */
    pause: PAUSE_MS,
    /** From one round to the next: a minute, four minutes. */
    rest: ({ context }) => 60_000 * context.rounds ** 2,
  },
  actions: {
    countCall: assign({ calls: ({ context }) => context.calls + 1 }),
    turnToNext: assign({ next: ({ context }) => context.next + 1 }),
    countRound: assign({ calls: 0, next: 0, rounds: ({ context }) => context.rounds + 1 }),
  },
}).createMachine({
  id: 'rejoin.herald',
  context: ({ input }) => ({ ...input, calls: 0, next: 0, rounds: 0 }),
  initial: 'calling',
  on: { cancel: '.cancelled' },
  states: {
    calling: {
      entry: 'countCall',
      invoke: {
        src: 'transmit',
        input: ({ context }) => ({ message: 'R0.all', spreadMs: spreadMs(context.members) }),
        onDone: 'listening',
        onError: 'listening',
      },
    },
    listening: { after: { spread: 'mustering' } },
    mustering: {
      invoke: {
        src: 'muster',
        onDone: {
          target: 'choosing',
          actions: assign({ members: ({ event }) => event.output }),
        },
        onError: 'choosing',
      },
    },
    choosing: {
      always: [
        { guard: 'isComplete', target: 'silent' },
        { guard: 'hasCalls', target: 'calling' },
        { target: 'pausing' },
      ],
    },
    pausing: {
      after: { pause: [{ guard: 'hasMore', target: 'callingOne' }, { target: 'counting' }] },
    },
    callingOne: {
      exit: 'turnToNext',
      invoke: {
        src: 'transmit',
        input: ({ context }) => ({ message: 'R0', to: context.members[context.next] as number }),
        onDone: 'pausing',
        onError: 'pausing',
      },
    },
    counting: {
      entry: 'countRound',
      always: [{ guard: 'hasRounds', target: 'resting' }, { target: 'silent' }],
    },
    resting: { after: { rest: 'mustering' } },
    silent: { type: 'final', output: SUCCESS },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
