import { assign, setup } from 'xstate';
import { failureOf, kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';

/**
 * The Central Entity's side of one rejoin, from an authenticated R1. What it says of itself is
 * written down before it is answered; the same R1 gets the same answer.
 */
export const rejoinCenterMachine = setup({
  types: {} as {
    context: { reason: string | null; advice: string | null };
    events: { type: 'cancel' };
    output: Outcome;
  },
  actors: {
    recordEpochs: outside('recordEpochs'),
    transmit: outside<void, { message: 'R2' }>('transmit'),
  },
  actions: { keepReason: assign(({ event }) => failureOf(event)) },
}).createMachine({
  id: 'rejoin.center',
  context: { reason: null, advice: null },
  initial: 'recording',
  on: { cancel: '.cancelled' },
  states: {
    recording: {
      on: { cancel: {} },
      invoke: {
        src: 'recordEpochs',
        onDone: 'answering',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    answering: {
      invoke: {
        src: 'transmit',
        input: { message: 'R2' },
        onDone: 'answered',
        /** The node asks again, and gets the same answer. */
        onError: { target: 'undelivered', actions: 'keepReason' },
      },
    },
    answered: { type: 'final', output: SUCCESS },
    undelivered: { type: 'final', output: kept },
    failed: { type: 'final', output: kept },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
