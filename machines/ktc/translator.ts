import { assign, setup } from 'xstate';
import type { Refusal } from '../../protocol/messages.ts';
import type { Objection } from '../../protocol/roster.ts';
import { kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';
import type { Received } from '../received.ts';
import { MAX_REPEATS_FOR_ANOTHER, REPLY_MS } from '../retry.ts';
import { refusalOf } from './refusal.ts';
import type { KtcMode } from './requester.ts';

export interface Context {
  readonly mode: KtcMode;
  /** What the roster says of the peer: null if the two may share a key. */
  readonly objection: Objection | null;
  repeats: number;
  refusal: Refusal;
  reason: string | null;
  advice: string | null;
}

export type Event = Received<'K3.direct'> | Received<'refuse'> | { type: 'cancel' };

/**
 * The Central Entity as Key Translation Center (paper, Figures 2, 3 and 5). It begins with an
 * authenticated K1, keeps no session key, and answers every K1 in some way.
 */
export const ktcTranslatorMachine = setup({
  types: {} as {
    context: Context;
    events: Event;
    input: { mode: KtcMode; objection: Objection | null };
    output: Outcome;
  },
  actors: {
    translate: outside('translate'),
    transmit: outside<void, { message: 'K2.direct' | 'K2.indirect' | 'K4' }>('transmit'),
    refuse: outside<void, { status: Refusal }>('refuse'),
  },
  guards: {
    isAuthorized: ({ context }) => context.objection === null,
    isDirect: ({ context }) => context.mode === 'direct',
    repeatsLeft: ({ context }) => context.repeats < MAX_REPEATS_FOR_ANOTHER,
  },
  delays: { reply: REPLY_MS },
  actions: {
    countRepeat: assign({ repeats: ({ context }) => context.repeats + 1 }),
    objectTo: assign({
      refusal: ({ context }) => context.objection ?? 'unknown',
      reason: ({ context }) => context.objection,
    }),
    passOnRefusal: assign({
      refusal: ({ event }) =>
        event.type === 'request.refused' ? event.body.status : 'unreachable',
      reason: ({ event }) => (event.type === 'request.refused' ? event.body.status : null),
    }),
    giveUpOnPeer: assign({ refusal: 'unreachable', reason: 'unreachable' }),
    blame: assign(({ event }) => refusalOf(event)),
  },
}).createMachine({
  id: 'ktc.translator',
  context: ({ input }) => ({
    ...input,
    repeats: 0,
    refusal: 'unknown',
    reason: null,
    advice: null,
  }),
  initial: 'authorizing',
  on: { cancel: '.cancelled' },
  states: {
    authorizing: {
      always: [
        { guard: 'isAuthorized', target: 'translating' },
        { target: 'refusing', actions: 'objectTo' },
      ],
    },
    translating: {
      invoke: {
        src: 'translate',
        onDone: [{ guard: 'isDirect', target: 'delivering' }, { target: 'returning' }],
        onError: { target: 'refusing', actions: 'blame' },
      },
    },
    delivering: {
      invoke: { src: 'transmit', input: { message: 'K2.direct' }, onError: {} },
      on: {
        'delivery.acknowledged': 'acknowledging',
        'request.refused': { target: 'refusing', actions: 'passOnRefusal' },
      },
      after: {
        reply: [
          { guard: 'repeatsLeft', target: 'delivering', reenter: true, actions: 'countRepeat' },
          { target: 'refusing', actions: 'giveUpOnPeer' },
        ],
      },
    },
    acknowledging: {
      invoke: {
        src: 'transmit',
        input: { message: 'K4' },
        onDone: 'translated',
        onError: 'translated',
      },
    },
    returning: {
      invoke: {
        src: 'transmit',
        input: { message: 'K2.indirect' },
        onDone: 'translated',
        onError: 'translated',
      },
    },
    refusing: {
      invoke: {
        src: 'refuse',
        input: ({ context }) => ({ status: context.refusal }),
        onDone: 'refused',
        onError: 'refused',
      },
    },
    translated: { type: 'final', output: SUCCESS },
    refused: { type: 'final', output: kept },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
