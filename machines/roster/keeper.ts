import { assign, not, setup } from 'xstate';
import { isActive, type RosterHead } from '../../protocol/roster.ts';
import { noted, outside } from '../outside.ts';
import type { Received } from '../received.ts';
import { backOffMs, MAX_REPEATS, REPLY_MS } from '../retry.ts';
import { type Authority, extendsRoster, isSignedPage, nextHash, type Signed } from './signed.ts';

/** The broadcast itself is often on its way when an answer names its version. */
export const GRACE_MS = 400;
/** What can wait is written this often: an SD card lasts by what is not. */
export const LEISURE_MS = 3_600_000;

export interface Context extends Authority {
  /** Entries are its host's. */
  roster: RosterHead;
  /** The highest version the Central Entity has been heard to speak of. */
  wanted: number;
  /** The version that is written down. */
  kept: number;
  /** The last version that took an authorization away, as far as this node knows. */
  floor: number;
  /** A broadcast named a later version; it cannot be checked before those between are here. */
  gap: boolean;
  /** Such a gap alone has made it ask, not long ago. */
  wary: boolean;
  tries: number;
}

export type Event =
  | Signed<'roster.delta'>
  | Signed<'roster.page'>
  /** The Central Entity has nothing newer. */
  | Received<'ack'>
  /** An authenticated message named a version. */
  | { readonly type: 'version.heard'; readonly version: number };

/**
 * A node's list of authorized devices (paper, Figure 4): takes the Central Entity's signed
 * broadcasts in order, and asks for what it missed. Versions only rise. What takes nobody's
 * authorization away is written down when there is time: a list without it is only behind.
 */
export const rosterKeeperMachine = setup({
  types: {} as {
    context: Context;
    events: Event;
    input: Authority & { roster: RosterHead; wanted: number; kept: number; floor: number };
  },
  actors: {
    keep: outside<void, { version: number; floor: number }>('keep'),
    transmit: outside<void, { message: 'roster.get' }>('transmit'),
  },
  guards: {
    extendsRoster: ({ context, event }) =>
      event.type === 'roster.changed' && extendsRoster(context, context.roster, event),
    /** It takes nobody's authorization away. */
    onlyAdmits: ({ context, event }) =>
      event.type === 'roster.changed' &&
      event.body.entries.every(isActive) &&
      extendsRoster(context, context.roster, event),
    skipsVersions: ({ context, event }) =>
      event.type === 'roster.changed' && event.body.version > context.roster.version + 1,
    namesNewer: ({ context, event }) =>
      event.type === 'version.heard' && event.version > context.roster.version,
    leadsFurther: ({ context, event }) =>
      event.type === 'roster.pageReceived' &&
      event.body.version > context.roster.version &&
      event.body.version >= context.wanted &&
      isSignedPage(context, event),
    isBehind: ({ context }) => context.wanted > context.roster.version,
    owesFloor: ({ context }) => context.floor > context.kept,
    isUnkept: ({ context }) => context.roster.version > context.kept,
    hasGap: ({ context }) => context.gap,
    isWary: ({ context }) => context.wary,
    /** A version that only an unproven broadcast named is not asked for without end. */
    isWorthAsking: ({ context }) =>
      context.wanted > context.roster.version || context.tries < MAX_REPEATS,
  },
  delays: {
    reply: REPLY_MS,
    /** A host spreads it, so that not all who miss a version ask in the same instant. */
    grace: GRACE_MS,
    /** Anyone can broadcast: a gap that nothing proves is acted on at most this often. */
    calm: 30_000,
    /** From a write that failed to the next. */
    retry: 30_000,
    leisure: LEISURE_MS,
    backOff: ({ context }) => backOffMs(context.tries),
  },
  actions: {
    extend: assign(({ context, event }) =>
      event.type === 'roster.changed'
        ? {
            roster: { version: event.body.version, hash: nextHash(context, context.roster, event) },
          }
        : {},
    ),
    turn: assign(({ event }) => {
      if (event.type !== 'roster.pageReceived') return {};
      const { version, hash } = event.body;
      return { roster: { version, hash } };
    }),
    /** Of versions that it has not seen a node cannot say that they took nothing away. */
    raiseFloor: assign({ floor: ({ context }) => context.roster.version }),
    /** The host takes over the entries. */
    adopt: noted('adopt'),
    noteKept: assign({ kept: ({ context }) => context.roster.version }),
    noteVersion: assign(({ context, event }) =>
      event.type === 'version.heard' ? { wanted: Math.max(context.wanted, event.version) } : {},
    ),
    noteGap: assign({ gap: true }),
    /** What comes from now on answers this request. */
    beginAnew: assign({ gap: false }),
    growWary: assign({
      wary: ({ context }) => context.wary || context.wanted <= context.roster.version,
    }),
    calmDown: assign({ wary: false }),
    countTry: assign({ tries: ({ context }) => context.tries + 1 }),
    clearTries: assign({ tries: 0 }),
  },
}).createMachine({
  id: 'roster.keeper',
  context: ({ input }) => ({
    ...input,
    gap: false,
    wary: false,
    tries: 0,
  }),
  initial: 'current',
  on: {
    'roster.changed': [
      { guard: 'onlyAdmits', target: '.current', actions: ['extend', 'adopt'] },
      {
        guard: 'extendsRoster',
        target: '.current',
        actions: ['extend', 'raiseFloor', 'adopt'],
      },
      { guard: 'skipsVersions', actions: 'noteGap' },
    ],
    'roster.pageReceived': {
      guard: 'leadsFurther',
      target: '.current',
      actions: ['turn', 'raiseFloor', 'adopt'],
    },
    'version.heard': { guard: 'namesNewer', actions: 'noteVersion' },
  },
  states: {
    current: {
      entry: 'clearTries',
      always: [
        { guard: 'owesFloor', target: 'keeping' },
        { guard: 'isBehind', target: 'behind' },
        { guard: 'isWary', target: 'wary' },
        { guard: 'hasGap', target: 'behind' },
        { guard: 'isUnkept', target: 'ahead' },
      ],
    },
    /** It holds more than is written down. */
    ahead: {
      always: [
        { guard: 'isBehind', target: 'behind' },
        { guard: 'hasGap', target: 'behind' },
      ],
      on: { 'roster.changed': { guard: 'onlyAdmits', actions: ['extend', 'adopt'] } },
      after: { leisure: 'keeping' },
    },
    /** What an authenticated message names is acted on; a gap waits. */
    wary: {
      always: { guard: 'isBehind', target: 'behind' },
      after: { calm: { target: 'current', actions: 'calmDown' } },
    },
    /** Who is off the list stays so over a restart; begun anew where another version comes. */
    keeping: {
      invoke: {
        src: 'keep',
        input: ({ context }) => ({ version: context.roster.version, floor: context.floor }),
        onDone: { target: 'current', actions: 'noteKept' },
        onError: 'unkept',
      },
    },
    unkept: { after: { retry: 'keeping' } },
    behind: { after: { grace: 'requesting' } },
    requesting: {
      entry: ['countTry', 'growWary', 'beginAnew'],
      invoke: { src: 'transmit', input: { message: 'roster.get' }, onError: {} },
      on: { 'request.acknowledged': { guard: not('isBehind'), target: 'current' } },
      after: { reply: 'backingOff' },
    },
    backingOff: {
      after: { backOff: [{ guard: 'isWorthAsking', target: 'requesting' }, { target: 'current' }] },
    },
  },
});
