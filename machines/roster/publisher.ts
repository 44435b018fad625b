import { assign, setup } from 'xstate';
import type { Roster, RosterEntry } from '../../protocol/roster.ts';
import { outside } from '../outside.ts';

/** Before a version is broadcast again. Who missed it each time hears of it by the next one. */
const PAUSES_MS = [3_000, 15_000] as const;

export interface Context {
  roster: Roster;
  /** How often this version has been broadcast. */
  broadcasts: number;
  /** Entries of the versions still to come, oldest first. */
  changes: readonly RosterEntry[];
}

export type Event = { readonly type: 'entry.changed'; readonly entry: RosterEntry };

/**
 * The Central Entity's list of authorized devices (paper, Figure 4): every change is signed,
 * stored and only then broadcast, and twice more as long as no other change comes.
 */
export const rosterPublisherMachine = setup({
  types: {} as { context: Context; events: Event; input: Pick<Context, 'roster' | 'changes'> },
  actors: {
    /** Sign, store, raise the floor: the next roster. */
    publish: outside<Roster, { roster: Roster; entry: RosterEntry }>('publish'),
    transmit: outside<void, { message: 'roster.delta' }>('transmit'),
  },
  guards: {
    hasChanges: ({ context }) => context.changes.length > 0,
    /** A repeat may wait for its turn on the air; a change does not wait for a repeat. */
    isOvertaken: ({ context }) => context.changes.length > 0 && context.broadcasts > 1,
    hasRepeats: ({ context }) => context.broadcasts <= PAUSES_MS.length,
  },
  delays: {
    retry: 5_000,
    pause: ({ context }) => PAUSES_MS[context.broadcasts - 1] as number,
  },
  actions: {
    queue: assign({
      changes: ({ context, event }) => [...context.changes, event.entry],
    }),
    countBroadcast: assign({ broadcasts: ({ context }) => context.broadcasts + 1 }),
  },
}).createMachine({
  id: 'roster.publisher',
  context: ({ input }) => ({ ...input, broadcasts: 0 }),
  initial: 'idle',
  on: { 'entry.changed': { actions: 'queue' } },
  states: {
    idle: { always: { guard: 'hasChanges', target: 'publishing' } },
    publishing: {
      invoke: {
        src: 'publish',
        input: ({ context }) => ({
          roster: context.roster,
          entry: context.changes[0] as RosterEntry,
        }),
        onDone: {
          target: 'broadcasting',
          actions: assign({
            roster: ({ event }) => event.output,
            broadcasts: 0,
            changes: ({ context }) => context.changes.slice(1),
          }),
        },
        onError: 'waiting',
      },
    },
    broadcasting: {
      entry: 'countBroadcast',
      always: { guard: 'isOvertaken', target: 'publishing' },
      invoke: {
        src: 'transmit',
        input: { message: 'roster.delta' },
        onDone: [{ guard: 'hasRepeats', target: 'pausing' }, { target: 'idle' }],
        onError: [{ guard: 'hasRepeats', target: 'pausing' }, { target: 'idle' }],
      },
    },
    pausing: {
      always: { guard: 'hasChanges', target: 'publishing' },
      after: { pause: 'broadcasting' },
    },
    waiting: { after: { retry: 'publishing' } },
  },
});
