import { assign, setup } from 'xstate';
import { failureOf, kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';

/** The Central Entity's side of a leave: written down, then acknowledged; the list follows. */
export const leaveCenterMachine = setup({
  types: {} as {
    context: { reason: string | null; advice: string | null };
    events: { type: 'cancel' };
    output: Outcome;
  },
  actors: {
    recordLeave: outside('recordLeave'),
    transmit: outside<void, { message: 'ack' }>('transmit'),
  },
  actions: { keepReason: assign(({ event }) => failureOf(event)) },
}).createMachine({
  id: 'leave.center',
  context: { reason: null, advice: null },
  initial: 'recording',
  on: { cancel: '.cancelled' },
  states: {
    recording: {
      on: { cancel: {} },
      invoke: {
        src: 'recordLeave',
        onDone: 'acknowledging',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    acknowledging: {
      /** A node that did not hear it says it again. */
      invoke: { src: 'transmit', input: { message: 'ack' }, onDone: 'left', onError: 'left' },
    },
    left: { type: 'final', output: SUCCESS },
    failed: { type: 'final', output: kept },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
