import { assign, setup } from 'xstate';
import type { Refusal } from '../../protocol/messages.ts';
import type { Objection } from '../../protocol/roster.ts';
import { kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';
import { refusalOf } from './refusal.ts';

export interface Context {
  /** The key is in its slot already: only the acknowledgement was lost. */
  readonly alreadyHeld: boolean;
  /** What this node's roster says of the requester: null if it is authorized. */
  readonly objection: Objection | null;
  refusal: Refusal;
  reason: string | null;
  advice: string | null;
}

/**
 * N2 of the paper's Figures 2, 3 and 5. It begins with an authenticated K2 or ticket of a
 * transaction no older than any it has seen; it stores the key before it says so.
 */
export const ktcReceiverMachine = setup({
  types: {} as {
    context: Context;
    events: { type: 'cancel' };
    input: { alreadyHeld: boolean; objection: Objection | null };
    output: Outcome;
  },
  actors: {
    importSessionKey: outside('importSessionKey'),
    acknowledge: outside('acknowledge'),
    refuse: outside<void, { status: Refusal }>('refuse'),
  },
  guards: {
    isHeld: ({ context }) => context.alreadyHeld,
    isObjectionable: ({ context }) => context.objection !== null,
  },
  actions: {
    objectTo: assign({
      refusal: ({ context }) => context.objection ?? 'unknown',
      reason: ({ context }) => context.objection,
    }),
    blame: assign(({ event }) => refusalOf(event)),
  },
}).createMachine({
  id: 'ktc.receiver',
  context: ({ input }) => ({ ...input, refusal: 'unknown', reason: null, advice: null }),
  initial: 'authorizing',
  on: { cancel: '.cancelled' },
  states: {
    authorizing: {
      always: [
        { guard: 'isObjectionable', target: 'refusing', actions: 'objectTo' },
        { guard: 'isHeld', target: 'acknowledging' },
        { target: 'importing' },
      ],
    },
    importing: {
      invoke: {
        src: 'importSessionKey',
        onDone: 'acknowledging',
        onError: { target: 'refusing', actions: 'blame' },
      },
    },
    acknowledging: {
      invoke: { src: 'acknowledge', onDone: 'received', onError: 'received' },
    },
    refusing: {
      invoke: {
        src: 'refuse',
        input: ({ context }) => ({ status: context.refusal }),
        onDone: 'refused',
        onError: 'refused',
      },
    },
    received: { type: 'final', output: SUCCESS },
    refused: { type: 'final', output: kept },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
