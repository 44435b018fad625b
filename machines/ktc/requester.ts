import { assign, setup } from 'xstate';
import { failureOf, kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { noted, outside } from '../outside.ts';
import type { Received } from '../received.ts';
import { backOffMs, MAX_REPEATS, REPLY_MS } from '../retry.ts';

/** Direct: the CE hands the key to N2. Indirect: N1 gets it back as a ticket and forwards it. */
export type KtcMode = 'direct' | 'indirect';

/** Whole runs tried when the CE says that it is busy. */
export const MAX_RUNS = 5;

export interface Context {
  readonly mode: KtcMode;
  /** Whether the peer's key name is pinned already. */
  readonly peerKnown: boolean;
  repeats: number;
  runs: number;
  reason: string | null;
  advice: string | null;
}

export type Event =
  | Received<'peer.info'>
  | Received<'K4'>
  | Received<'K2.indirect'>
  | Received<'K3.indirect'>
  | Received<'refuse'>
  | { type: 'cancel' };

/** N1 of the paper's Figures 2, 3 and 5: makes a session key and has it translated for a peer. */
export const ktcRequesterMachine = setup({
  types: {} as {
    context: Context;
    events: Event;
    input: { mode: KtcMode; peerKnown: boolean };
    output: Outcome;
  },
  actors: {
    createSessionKey: outside('createSessionKey'),
    keepSessionKey: outside('keepSessionKey'),
    transmit: outside<void, { message: 'peer.query' | 'K1' | 'ticket' }>('transmit'),
  },
  guards: {
    peerIsKnown: ({ context }) => context.peerKnown,
    isDirect: ({ context }) => context.mode === 'direct',
    isIndirect: ({ context }) => context.mode === 'indirect',
    peerIsAuthorized: ({ event }) => event.type === 'peer.described' && event.body.status === 'ok',
    isBusy: ({ context, event }) =>
      event.type === 'request.refused' && event.body.status === 'busy' && context.runs < MAX_RUNS,
    repeatsLeft: ({ context }) => context.repeats < MAX_REPEATS,
  },
  delays: { reply: REPLY_MS, backOff: ({ context }) => backOffMs(context.runs) },
  actions: {
    countRepeat: assign({ repeats: ({ context }) => context.repeats + 1 }),
    beginRun: assign({ repeats: 0, runs: ({ context }) => context.runs + 1 }),
    clearRepeats: assign({ repeats: 0 }),
    acceptPeer: noted('acceptPeer'),
    acceptTicket: noted('acceptTicket'),
    keepReason: assign(({ event }) => failureOf(event)),
    keepStatus: assign({
      reason: ({ event }) =>
        event.type === 'peer.described' || event.type === 'request.refused'
          ? event.body.status
          : 'refused',
    }),
  },
}).createMachine({
  id: 'ktc.requester',
  context: ({ input }) => ({ ...input, repeats: 0, runs: 0, reason: null, advice: null }),
  initial: 'beginning',
  on: { cancel: '.cancelled' },
  states: {
    beginning: {
      always: [{ guard: 'peerIsKnown', target: 'creatingKey' }, { target: 'queryingPeer' }],
    },
    queryingPeer: {
      invoke: { src: 'transmit', input: { message: 'peer.query' }, onError: {} },
      on: {
        'peer.described': [
          { guard: 'peerIsAuthorized', target: 'creatingKey', actions: 'acceptPeer' },
          { target: 'refused', actions: 'keepStatus' },
        ],
      },
      after: {
        reply: [
          { guard: 'repeatsLeft', target: 'queryingPeer', reenter: true, actions: 'countRepeat' },
          { target: 'unanswered' },
        ],
      },
    },
    creatingKey: {
      entry: 'beginRun',
      invoke: {
        src: 'createSessionKey',
        onDone: 'requesting',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    requesting: {
      invoke: { src: 'transmit', input: { message: 'K1' }, onError: {} },
      on: {
        'translation.acknowledged': { guard: 'isDirect', target: 'keeping' },
        'ticket.issued': {
          guard: 'isIndirect',
          target: 'forwarding',
          actions: ['acceptTicket', 'clearRepeats'],
        },
        'request.refused': [
          { guard: 'isBusy', target: 'backingOff' },
          { target: 'refused', actions: 'keepStatus' },
        ],
      },
      after: {
        reply: [
          { guard: 'repeatsLeft', target: 'requesting', reenter: true, actions: 'countRepeat' },
          { target: 'unanswered' },
        ],
      },
    },
    forwarding: {
      invoke: { src: 'transmit', input: { message: 'ticket' }, onError: {} },
      on: { 'delivery.acknowledged': 'keeping' },
      after: {
        reply: [
          { guard: 'repeatsLeft', target: 'forwarding', reenter: true, actions: 'countRepeat' },
          { target: 'unanswered' },
        ],
      },
    },
    keeping: {
      invoke: {
        src: 'keepSessionKey',
        onDone: 'established',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    backingOff: { after: { backOff: 'creatingKey' } },
    established: { type: 'final', output: SUCCESS },
    refused: { type: 'final', output: kept },
    unanswered: { type: 'final', output: { reason: 'unanswered' } },
    failed: { type: 'final', output: kept },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
