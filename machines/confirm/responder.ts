import { assign, setup } from 'xstate';
import { failureOf, kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';
import type { Received } from '../received.ts';

/** How long the old keys wait beside the new for the initiator's first frame. */
export const PROOF_MS = 60_000;

export type Event = Received<'data'> | { type: 'session.superseded' } | { type: 'cancel' };

/**
 * N2 answers an authenticated ID with ID + 1 (paper, Figure 5). It repeats nothing by itself: the
 * same C1 gets the same C2.
 */
export const confirmResponderMachine = setup({
  types: {} as {
    context: { reason: string | null; advice: string | null };
    events: Event;
    output: Outcome;
  },
  actors: {
    promote: outside('promote'),
    transmit: outside<void, { message: 'C2' }>('transmit'),
  },
  delays: { proof: PROOF_MS },
  actions: { keepReason: assign(({ event }) => failureOf(event)) },
}).createMachine({
  id: 'confirm.responder',
  context: { reason: null, advice: null },
  initial: 'promoting',
  on: { cancel: '.cancelled', 'session.superseded': '.superseded' },
  states: {
    promoting: {
      invoke: {
        src: 'promote',
        onDone: 'answering',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    answering: {
      invoke: { src: 'transmit', input: { message: 'C2' }, onError: {} },
      on: { 'data.received': 'confirmed' },
      after: { proof: 'unproven' },
    },
    confirmed: { type: 'final', output: SUCCESS },
    unproven: { type: 'final', output: { reason: 'unproven' } },
    superseded: { type: 'final', output: { reason: 'superseded' } },
    failed: { type: 'final', output: kept },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
