import { assign, setup } from 'xstate';
import { confirmsNext } from '../../protocol/transaction.ts';
import { failureOf, kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { noted, outside } from '../outside.ts';
import type { Received } from '../received.ts';
import { MAX_REPEATS, REPLY_MS } from '../retry.ts';

export interface Context {
  readonly ownAddress: number;
  readonly peer: number;
  /** ID, 8 bytes. */
  readonly challenge: Uint8Array;
  repeats: number;
  reason: string | null;
  advice: string | null;
}

export type Event = Received<'C2'> | Received<'C1'> | { type: 'cancel' };

/** N1 confirms the session key (paper, Figure 5): it sends ID and expects ID + 1. */
export const confirmInitiatorMachine = setup({
  types: {} as {
    context: Context;
    events: Event;
    input: { ownAddress: number; peer: number; challenge: Uint8Array };
    output: Outcome;
  },
  actors: {
    deriveKeys: outside('deriveKeys'),
    transmit: outside<void, { message: 'C1' | 'data' }>('transmit'),
    promote: outside('promote'),
  },
  guards: {
    confirmsNext: ({ context, event }) =>
      event.type === 'challenge.answered' && confirmsNext(context.challenge, event.body.answer),
    yieldsToPeer: ({ context }) => context.ownAddress > context.peer,
    repeatsLeft: ({ context }) => context.repeats < MAX_REPEATS,
  },
  delays: { reply: REPLY_MS },
  actions: {
    countRepeat: assign({ repeats: ({ context }) => context.repeats + 1 }),
    acceptAnswer: noted('acceptAnswer'),
    keepReason: assign(({ event }) => failureOf(event)),
  },
}).createMachine({
  id: 'confirm.initiator',
  context: ({ input }) => ({ ...input, repeats: 0, reason: null, advice: null }),
  initial: 'deriving',
  on: { cancel: '.cancelled' },
  states: {
    deriving: {
      on: { 'challenge.received': { guard: 'yieldsToPeer', target: 'yielded' } },
      invoke: {
        src: 'deriveKeys',
        onDone: 'challenging',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    challenging: {
      invoke: { src: 'transmit', input: { message: 'C1' }, onError: {} },
      on: {
        'challenge.answered': [
          { guard: 'confirmsNext', target: 'promoting', actions: 'acceptAnswer' },
          { target: 'contradicted' },
        ],
        'challenge.received': { guard: 'yieldsToPeer', target: 'yielded' },
      },
      after: {
        reply: [
          { guard: 'repeatsLeft', target: 'challenging', reenter: true, actions: 'countRepeat' },
          { target: 'unanswered' },
        ],
      },
    },
    promoting: {
      invoke: {
        src: 'promote',
        onDone: 'proving',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    /** The first data frame is the responder's proof that the initiator is alive. */
    proving: {
      invoke: {
        src: 'transmit',
        input: { message: 'data' },
        onDone: 'confirmed',
        onError: 'confirmed',
      },
    },
    confirmed: { type: 'final', output: SUCCESS },
    contradicted: { type: 'final', output: { reason: 'contradicted' } },
    unanswered: { type: 'final', output: { reason: 'unanswered' } },
    yielded: { type: 'final', output: { reason: 'yielded' } },
    failed: { type: 'final', output: kept },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
