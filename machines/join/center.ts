import { assign, setup } from 'xstate';
import { failureOf, kept, type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { noted, outside } from '../outside.ts';
import type { Received } from '../received.ts';

/** How long an offer waits for the node's next word before the CE gives its memory back. */
export const PATIENCE_MS = 60_000;

export interface Context {
  /** The node's J5 came after a restart or an expiry: its offer is in the store. */
  resumed: boolean;
  reason: string | null;
  advice: string | null;
}

export type Event = Received<'J3'> | Received<'J5'> | { type: 'cancel' };

/**
 * The Central Entity's side of one join (paper, Figure 4). It begins with a J1 that its access key
 * has authenticated. It repeats nothing by itself: the node asks again and gets the same answer.
 */
export const joinCenterMachine = setup({
  types: {} as {
    context: Context;
    events: Event;
    input: { resumed: boolean };
    output: Outcome;
  },
  actors: {
    prepareOffer: outside('prepareOffer'),
    grantMembership: outside('grantMembership'),
    admitMember: outside('admitMember'),
    transmit: outside<void, { message: 'J2' | 'J4' | 'ack' }>('transmit'),
  },
  guards: { isResumed: ({ context }) => context.resumed },
  delays: { patience: PATIENCE_MS },
  actions: {
    acceptKey: noted('acceptKey'),
    acceptConfirmation: noted('acceptConfirmation'),
    keepReason: assign(({ event }) => failureOf(event)),
  },
}).createMachine({
  id: 'join.center',
  context: ({ input }) => ({ resumed: input.resumed, reason: null, advice: null }),
  initial: 'beginning',
  on: { cancel: '.cancelled' },
  states: {
    beginning: { always: [{ guard: 'isResumed', target: 'admitting' }, { target: 'preparing' }] },
    preparing: {
      invoke: {
        src: 'prepareOffer',
        onDone: 'offering',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    offering: {
      invoke: { src: 'transmit', input: { message: 'J2' }, onError: {} },
      on: {
        'key.presented': { target: 'granting', actions: 'acceptKey' },
        /** Under the offer of an earlier attempt, which this one has replaced. */
        'membership.confirmed': { target: 'admitting', actions: 'acceptConfirmation' },
      },
      after: { patience: 'expired' },
    },
    granting: {
      invoke: {
        src: 'grantMembership',
        onDone: 'delivering',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    delivering: {
      invoke: { src: 'transmit', input: { message: 'J4' }, onError: {} },
      on: { 'membership.confirmed': { target: 'admitting', actions: 'acceptConfirmation' } },
      after: { patience: 'expired' },
    },
    admitting: {
      on: { cancel: {} },
      invoke: {
        src: 'admitMember',
        onDone: 'acknowledging',
        onError: { target: 'failed', actions: 'keepReason' },
      },
    },
    acknowledging: {
      on: { cancel: {} },
      invoke: {
        src: 'transmit',
        input: { message: 'ack' },
        onDone: 'joined',
        onError: 'joined',
      },
    },
    joined: { type: 'final', output: SUCCESS },
    failed: { type: 'final', output: kept },
    expired: { type: 'final', output: { reason: 'expired' } },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
