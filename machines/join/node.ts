import { assign, setup } from 'xstate';
import { failureOf, kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { noted, outside } from '../outside.ts';
import type { Received } from '../received.ts';
import { backOffMs, MAX_REPEATS, REPLY_MS } from '../retry.ts';

export interface Context {
  /** Repeats of the message that is waiting for its answer. */
  repeats: number;
  /** Attempts so far: each has a fresh share and a higher number. */
  attempts: number;
  reason: string | null;
  advice: string | null;
}

export type Event =
  | Received<'J2'>
  | Received<'J4'>
  | Received<'ack'>
  /** The Central Entity has restarted since; a rejoin ends what J5 began. */
  | Received<'R0'>
  | { type: 'cancel' };

/**
 * The joining node of the paper's Figure 4. It goes on until it is a member: the Central Entity
 * may open its join window hours after the node was switched on.
 */
export const joinNodeMachine = setup({
  types: {} as { context: Context; events: Event; output: Outcome },
  actors: {
    beginAttempt: outside('beginAttempt'),
    transmit: outside<void, { message: 'J1' | 'J3' | 'J5' }>('transmit'),
    activateCredential: outside('activateCredential'),
    adoptMembership: outside('adoptMembership'),
  },
  guards: { repeatsLeft: ({ context }) => context.repeats < MAX_REPEATS },
  delays: { reply: REPLY_MS, backOff: ({ context }) => backOffMs(context.attempts) },
  actions: {
    countRepeat: assign({ repeats: ({ context }) => context.repeats + 1 }),
    clearRepeats: assign({ repeats: 0 }),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    acceptOffer: noted('acceptOffer'),
    acceptGrant: noted('acceptGrant'),
    keepReason: assign(({ event }) => failureOf(event)),
  },
}).createMachine({
  id: 'join.node',
  context: { repeats: 0, attempts: 0, reason: null, advice: null },
  initial: 'preparing',
  on: { cancel: '.cancelled' },
  states: {
    preparing: {
      entry: ['countAttempt', 'clearRepeats'],
      invoke: {
        src: 'beginAttempt',
        onDone: 'requesting',
        onError: { target: 'backingOff', actions: 'keepReason' },
      },
    },
    requesting: {
      invoke: { src: 'transmit', input: { message: 'J1' }, onError: {} },
      on: { 'join.offered': { target: 'presenting', actions: ['acceptOffer', 'clearRepeats'] } },
      after: {
        reply: [
          { guard: 'repeatsLeft', target: 'requesting', reenter: true, actions: 'countRepeat' },
          { target: 'backingOff' },
        ],
      },
    },
    presenting: {
      invoke: { src: 'transmit', input: { message: 'J3' }, onError: {} },
      on: {
        'membership.granted': { target: 'activating', actions: ['acceptGrant', 'clearRepeats'] },
      },
      after: {
        reply: [
          { guard: 'repeatsLeft', target: 'presenting', reenter: true, actions: 'countRepeat' },
          { target: 'backingOff' },
        ],
      },
    },
    activating: {
      invoke: {
        src: 'activateCredential',
        onDone: 'adopting',
        onError: { target: 'backingOff', actions: 'keepReason' },
      },
    },
    adopting: {
      on: { cancel: {} },
      invoke: {
        src: 'adoptMembership',
        onDone: 'confirming',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    confirming: {
      invoke: { src: 'transmit', input: { message: 'J5' }, onError: {} },
      on: { 'request.acknowledged': 'joined', 'rejoin.demanded': 'joined', cancel: {} },
      after: { reply: { target: 'confirming', reenter: true } },
    },
    backingOff: { after: { backOff: 'preparing' } },
    joined: { type: 'final', output: SUCCESS },
    failed: { type: 'final', output: kept },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
