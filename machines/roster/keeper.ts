import { assign, not, setup } from 'xstate';
import { equalBytes } from '../../protocol/bytes.ts';
import { applyDelta, type Roster } from '../../protocol/roster.ts';
import { outside } from '../outside.ts';
import type { Received } from '../received.ts';
import { backOffMs, MAX_REPEATS, REPLY_MS } from '../retry.ts';
import { type Authority, extendsRoster, isSignedPage, nextHash, type Signed } from './signed.ts';

/** The broadcast itself is often on its way when an answer names its version. */
export const GRACE_MS = 400;

export interface Context extends Authority {
  roster: Roster;
  /** The highest version the Central Entity has been heard to speak of. */
  wanted: number;
  /** A broadcast named a later version; it cannot be checked before those between are here. */
  gap: boolean;
  /** Such a gap alone has made it ask, not long ago. */
  wary: boolean;
  /** Pages of a snapshot in hand, by number. */
  pages: Readonly<Record<number, Signed<'roster.page'>>>;
  tries: number;
}

export type Event =
  | Signed<'roster.delta'>
  | Signed<'roster.page'>
  /** The Central Entity has nothing newer. */
  | Received<'ack'>
  /** An authenticated message named a version. */
  | { readonly type: 'version.heard'; readonly version: number };

const sameSnapshot = (a: Signed<'roster.page'>, b: Signed<'roster.page'>): boolean =>
  a.body.version === b.body.version &&
  a.body.pages === b.body.pages &&
  equalBytes(a.body.hash, b.body.hash);

/** Pages in hand with `page` among them; one of a later snapshot starts afresh. */
const gathered = (context: Context, page: Signed<'roster.page'>): Context['pages'] => {
  const held = Object.values(context.pages)[0];
  const kept = held !== undefined && sameSnapshot(held, page) ? context.pages : {};
  return { ...kept, [page.body.page]: page };
};

/** Whether the page brings a wanted list nearer; none does twice, so that replays delay nothing. */
const isProgress = (context: Context, page: Signed<'roster.page'>): boolean => {
  const { version, page: number, pages } = page.body;
  if (version <= context.roster.version || version < context.wanted || number >= pages)
    return false;
  const held = Object.values(context.pages)[0];
  if (held === undefined || version > held.body.version) return true;
  return sameSnapshot(held, page) && context.pages[number] === undefined;
};

/**
 * A node's list of authorized devices (paper, Figure 4): takes the Central Entity's signed
 * broadcasts in order, and asks for what it missed. Versions only rise.
 */
export const rosterKeeperMachine = setup({
  types: {} as {
    context: Context;
    events: Event;
    input: Authority & { roster: Roster; wanted: number };
  },
  actors: {
    keep: outside<void, { roster: Roster }>('keep'),
    transmit: outside<void, { message: 'roster.get' }>('transmit'),
  },
  guards: {
    extendsRoster: ({ context, event }) =>
      event.type === 'roster.changed' && extendsRoster(context, context.roster, event),
    skipsVersions: ({ context, event }) =>
      event.type === 'roster.changed' && event.body.version > context.roster.version + 1,
    namesNewer: ({ context, event }) =>
      event.type === 'version.heard' && event.version > context.roster.version,
    isUsefulPage: ({ context, event }) =>
      event.type === 'roster.pageReceived' &&
      isProgress(context, event) &&
      isSignedPage(context, event),
    completesSnapshot: ({ context, event }) =>
      event.type === 'roster.pageReceived' &&
      isProgress(context, event) &&
      Object.keys(gathered(context, event)).length === event.body.pages &&
      isSignedPage(context, event),
    isBehind: ({ context }) => context.wanted > context.roster.version,
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
    /** From one page to the next: a radio at the end of its duty cycle has to wait. */
    page: 60_000,
    backOff: ({ context }) => backOffMs(context.tries),
  },
  actions: {
    extend: assign(({ context, event }) =>
      event.type === 'roster.changed'
        ? {
            roster: applyDelta(context.roster, event.body.entries, nextHash(context.roster, event)),
          }
        : {},
    ),
    gather: assign(({ context, event }) =>
      event.type === 'roster.pageReceived' ? { pages: gathered(context, event) } : {},
    ),
    replace: assign(({ context, event }) => {
      if (event.type !== 'roster.pageReceived') return {};
      const pages = Object.values(gathered(context, event));
      const entries = pages
        .flatMap((page) => page.body.entries)
        .sort((a, b) => a.address - b.address);
      return {
        roster: { version: event.body.version, hash: event.body.hash, entries },
        pages: {},
      };
    }),
    noteVersion: assign(({ context, event }) =>
      event.type === 'version.heard' ? { wanted: Math.max(context.wanted, event.version) } : {},
    ),
    noteGap: assign({ gap: true }),
    /** What comes from now on answers this request. */
    beginAnew: assign({ gap: false, pages: {} }),
    growWary: assign({
      wary: ({ context }) => context.wary || context.wanted <= context.roster.version,
    }),
    calmDown: assign({ wary: false }),
    countTry: assign({ tries: ({ context }) => context.tries + 1 }),
    clearTries: assign({ tries: 0 }),
  },
}).createMachine({
  id: 'roster.keeper',
  context: ({ input }) => ({ ...input, gap: false, wary: false, pages: {}, tries: 0 }),
  initial: 'current',
  on: {
    'roster.changed': [
      { guard: 'extendsRoster', target: '.keeping', actions: 'extend' },
      { guard: 'skipsVersions', actions: 'noteGap' },
    ],
    'roster.pageReceived': [
      { guard: 'completesSnapshot', target: '.keeping', actions: 'replace' },
      { guard: 'isUsefulPage', target: '.gathering', actions: 'gather' },
    ],
    'version.heard': { guard: 'namesNewer', actions: 'noteVersion' },
  },
  states: {
    current: {
      entry: 'clearTries',
      always: [
        { guard: 'isBehind', target: 'behind' },
        { guard: 'isWary', target: 'wary' },
        { guard: 'hasGap', target: 'behind' },
      ],
    },
    /** What an authenticated message names is acted on; a gap waits. */
    wary: {
      always: { guard: 'isBehind', target: 'behind' },
      after: { calm: { target: 'current', actions: 'calmDown' } },
    },
    /** The list is written down before anything is done under it. */
    keeping: {
      on: {
        'roster.pageReceived': [
          { guard: 'completesSnapshot', target: 'keeping', reenter: true, actions: 'replace' },
          { guard: 'isUsefulPage', actions: 'gather' },
        ],
      },
      invoke: {
        src: 'keep',
        input: ({ context }) => ({ roster: context.roster }),
        onDone: 'current',
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
    /** Asked again, the Central Entity would begin again with the first page. */
    gathering: { after: { page: 'backingOff' } },
    backingOff: {
      after: { backOff: [{ guard: 'isWorthAsking', target: 'requesting' }, { target: 'current' }] },
    },
  },
});
