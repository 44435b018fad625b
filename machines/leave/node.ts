import { assign, setup } from 'xstate';
import { failureOf, kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';
import type { Received } from '../received.ts';
import { backOffMs, MAX_REPEATS, REPLY_MS } from '../retry.ts';

export interface Context {
  repeats: number;
  attempts: number;
  reason: string | null;
  advice: string | null;
}

export type Event = Received<'ack'>;

/**
 * A node leaves its network by its operator's word. It says so until it is acknowledged, over
 * restarts too: others would keep keys for a device that may be anywhere.
 */
export const leaveNodeMachine = setup({
  types: {} as { context: Context; events: Event; output: Outcome },
  actors: {
    noteDecision: outside('noteDecision'),
    /** The same bytes within an attempt. */
    transmit: outside<void, { message: 'leave'; attempt: number }>('transmit'),
  },
  guards: { repeatsLeft: ({ context }) => context.repeats < MAX_REPEATS },
  delays: { reply: REPLY_MS, backOff: ({ context }) => backOffMs(context.attempts) },
  actions: {
    countAttempt: assign({ repeats: 0, attempts: ({ context }) => context.attempts + 1 }),
    countRepeat: assign({ repeats: ({ context }) => context.repeats + 1 }),
    keepReason: assign(({ event }) => failureOf(event)),
  },
}).createMachine({
  id: 'leave.node',
  context: { repeats: 0, attempts: 0, reason: null, advice: null },
  initial: 'deciding',
  states: {
    deciding: {
      invoke: {
        src: 'noteDecision',
        onDone: 'beginning',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    beginning: { entry: 'countAttempt', always: 'announcing' },
    announcing: {
      invoke: {
        src: 'transmit',
        input: ({ context }) => ({ message: 'leave', attempt: context.attempts }),
        onError: {},
      },
      on: { 'request.acknowledged': 'left' },
      after: {
        reply: [
          { guard: 'repeatsLeft', target: 'announcing', reenter: true, actions: 'countRepeat' },
          { target: 'backingOff' },
        ],
      },
    },
    backingOff: {
      on: { 'request.acknowledged': 'left' },
      after: { backOff: 'beginning' },
    },
    left: { type: 'final', output: SUCCESS },
    failed: { type: 'final', output: kept },
  },
  output: outcome,
});
