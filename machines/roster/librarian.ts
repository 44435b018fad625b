import { assign, setup } from 'xstate';
import { failureOf, kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';

export interface Context {
  readonly pages: number;
  page: number;
  reason: string | null;
  advice: string | null;
}

/** The Central Entity sends a node the versions that it missed, or a page, once it was asked. */
export const rosterLibrarianMachine = setup({
  types: {} as {
    context: Context;
    events: { type: 'cancel' };
    input: { pages: number };
    output: Outcome;
  },
  actors: { transmitPage: outside<void, { page: number }>('transmitPage') },
  guards: { hasMorePages: ({ context }) => context.page + 1 < context.pages },
  actions: {
    turnPage: assign({ page: ({ context }) => context.page + 1 }),
    keepReason: assign(({ event }) => failureOf(event)),
  },
}).createMachine({
  id: 'roster.librarian',
  context: ({ input }) => ({ ...input, page: 0, reason: null, advice: null }),
  initial: 'sending',
  on: { cancel: '.cancelled' },
  states: {
    sending: {
      invoke: {
        src: 'transmitPage',
        input: ({ context }) => ({ page: context.page }),
        onDone: [
          { guard: 'hasMorePages', target: 'sending', reenter: true, actions: 'turnPage' },
          { target: 'sent' },
        ],
        onError: { target: 'undelivered', actions: 'keepReason' },
      },
    },
    sent: { type: 'final', output: SUCCESS },
    undelivered: { type: 'final', output: kept },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
