import { assign, setup } from 'xstate';
import { type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';
import type { Received } from '../received.ts';
import { MAX_REPEATS, REPLY_MS } from '../retry.ts';

export type Event = Received<'ack'> | { type: 'cancel' };

/**
 * The Central Entity tells a device that it was revoked, which is on the list by then. One that
 * does not hear it learns of it by the list, or when it next says a word.
 */
export const leaveRevokerMachine = setup({
  types: {} as { context: { repeats: number }; events: Event; output: Outcome },
  actors: { transmit: outside<void, { message: 'revoke' }>('transmit') },
  guards: { repeatsLeft: ({ context }) => context.repeats < MAX_REPEATS },
  delays: { reply: REPLY_MS },
  actions: { countRepeat: assign({ repeats: ({ context }) => context.repeats + 1 }) },
}).createMachine({
  id: 'leave.revoker',
  context: { repeats: 0 },
  initial: 'telling',
  on: { cancel: '.cancelled' },
  states: {
    telling: {
      invoke: { src: 'transmit', input: { message: 'revoke' }, onError: {} },
      on: { 'request.acknowledged': 'acknowledged' },
      after: {
        reply: [
          { guard: 'repeatsLeft', target: 'telling', reenter: true, actions: 'countRepeat' },
          { target: 'unanswered' },
        ],
      },
    },
    acknowledged: { type: 'final', output: SUCCESS },
    unanswered: { type: 'final', output: { reason: 'unanswered' } },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
