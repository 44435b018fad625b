import { assign, setup } from 'xstate';
import { kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { noted, outside } from '../outside.ts';
import type { Received } from '../received.ts';
import { MAX_REPEATS, REPLY_MS } from '../retry.ts';

export interface Context {
  repeats: number;
  reason: string | null;
}

export type Event = Received<'peer.info'> | { readonly type: 'cancel' };

/**
 * A node asks the Central Entity about a device of which its part of the list says nothing: whether
 * it is authorized, and who it is.
 */
export const ktcInquirerMachine = setup({
  types: {} as { context: Context; events: Event; output: Outcome },
  actors: { transmit: outside<void, { message: 'peer.query' }>('transmit') },
  guards: {
    peerIsAuthorized: ({ event }) => event.type === 'peer.described' && event.body.status === 'ok',
    repeatsLeft: ({ context }) => context.repeats < MAX_REPEATS,
  },
  delays: { reply: REPLY_MS },
  actions: {
    countRepeat: assign({ repeats: ({ context }) => context.repeats + 1 }),
    acceptPeer: noted('acceptPeer'),
    keepStatus: assign({
      reason: ({ event }) => (event.type === 'peer.described' ? event.body.status : 'refused'),
    }),
  },
}).createMachine({
  id: 'ktc.inquirer',
  context: { repeats: 0, reason: null },
  initial: 'querying',
  on: { cancel: '.cancelled' },
  states: {
    querying: {
      invoke: { src: 'transmit', input: { message: 'peer.query' }, onError: {} },
      on: {
        'peer.described': [
          { guard: 'peerIsAuthorized', target: 'vouched', actions: 'acceptPeer' },
          { target: 'refused', actions: ['acceptPeer', 'keepStatus'] },
        ],
      },
      after: {
        reply: [
          { guard: 'repeatsLeft', target: 'querying', reenter: true, actions: 'countRepeat' },
          { target: 'unanswered' },
        ],
      },
    },
    vouched: { type: 'final', output: SUCCESS },
    refused: { type: 'final', output: kept },
    unanswered: { type: 'final', output: { reason: 'unanswered' } },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
