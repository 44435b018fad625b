import { assign, setup } from 'xstate';
import type { Roster, RosterEntry } from '../../protocol/roster.ts';
import { outside } from '../outside.ts';

export interface Context {
  roster: Roster;
  /** Entries of the versions still to come, oldest first. */
  changes: readonly RosterEntry[];
}

export type Event = { readonly type: 'entry.changed'; readonly entry: RosterEntry };

/**
 * The Central Entity's list of authorized devices (paper, Figure 4): every change is signed,
 * stored and only then broadcast.
 */
export const rosterPublisherMachine = setup({
  types: {} as { context: Context; events: Event; input: { roster: Roster } },
  actors: {
    /** Sign, store, raise the floor: the next roster. */
    publish: outside<Roster, { roster: Roster; entry: RosterEntry }>('publish'),
    transmit: outside<void, { message: 'roster.delta' }>('transmit'),
  },
  guards: { hasChanges: ({ context }) => context.changes.length > 0 },
  delays: { retry: 5_000 },
  actions: {
    queue: assign({
      changes: ({ context, event }) => [...context.changes, event.entry],
    }),
  },
}).createMachine({
  id: 'roster.publisher',
  context: ({ input }) => ({ roster: input.roster, changes: [] }),
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
            changes: ({ context }) => context.changes.slice(1),
          }),
        },
        onError: 'waiting',
      },
    },
    broadcasting: {
      invoke: {
        src: 'transmit',
        input: { message: 'roster.delta' },
        onDone: 'idle',
        onError: 'idle',
      },
    },
    waiting: { after: { retry: 'publishing' } },
  },
});
