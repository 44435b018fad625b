import { assign, setup } from 'xstate';
import {
  DELTA_ENTRIES,
  isActive,
  type RosterEntry,
  type RosterHead,
} from '../../protocol/roster.ts';
import { outside } from '../outside.ts';

/**
 * Before a version is broadcast again. Who missed it each time hears of it by the next one. That
 * several have joined is said once less: many hear it, few need it.
 */
const PAUSES_MS = [3_000, 15_000] as const;
const GATHERED_PAUSES_MS = [15_000] as const;

/** A list of so many devices gathers who joins; a shorter one is told of each at once. */
export const GATHERS_FROM = 20;

/** The list as the Central Entity has it; of its entries, how many there are. */
export interface Published extends RosterHead {
  readonly size: number;
}

export interface Context {
  roster: Published;
  /** How often this version has been broadcast. */
  broadcasts: number;
  /** Before each of its repeats. */
  pausesMs: readonly number[];
  /** Entries of the versions still to come: who is taken off first, then the oldest. */
  changes: readonly RosterEntry[];
  /** Those of the version that is being made. */
  inHand: readonly RosterEntry[];
}

export type Event = { readonly type: 'entry.changed'; readonly entry: RosterEntry };

/** The last word on a device counts; who is taken off goes first. */
const queued = (changes: readonly RosterEntry[], entry: RosterEntry): readonly RosterEntry[] => {
  const all = [...changes.filter(({ address }) => address !== entry.address), entry];
  return [...all.filter((one) => !isActive(one)), ...all.filter(isActive)];
};

const isShort = ({ roster }: Context): boolean => roster.size < GATHERS_FROM;

/** Of the next version. A short list changes by one device at a time. */
const next = (context: Context): readonly RosterEntry[] =>
  context.changes.slice(0, isShort(context) ? 1 : DELTA_ENTRIES);

const isUrgent = (context: Context): boolean => {
  const [first] = context.changes;
  if (first === undefined) return false;
  return !isActive(first) || isShort(context) || context.changes.length >= DELTA_ENTRIES;
};

/**
 * The Central Entity's list of authorized devices (paper, Figure 4): every change is signed,
 * stored and only then broadcast, and twice more as long as no other change comes. Where many
 * would hear of each that joins, several joins are one change: who needs to know of one before
 * asks. That somebody is taken off waits for nothing.
 */
export const rosterPublisherMachine = setup({
  types: {} as {
    context: Context;
    events: Event;
    input: { roster: Published; changes: readonly RosterEntry[] };
  },
  actors: {
    /** Sign, store, raise the floor: the next roster. */
    publish: outside<Published, { roster: Published; entries: readonly RosterEntry[] }>('publish'),
    transmit: outside<void, { message: 'roster.delta' }>('transmit'),
  },
  guards: {
    hasChanges: ({ context }) => context.changes.length > 0,
    isUrgent: ({ context }) => isUrgent(context),
    /** A repeat may wait for its turn on the air; an urgent change does not wait for a repeat. */
    isOvertaken: ({ context }) => isUrgent(context) && context.broadcasts > 1,
    hasRepeats: ({ context }) => context.broadcasts <= context.pausesMs.length,
  },
  delays: {
    retry: 5_000,
    /** For others that join. */
    company: 60_000,
    pause: ({ context }) => context.pausesMs[context.broadcasts - 1] as number,
  },
  actions: {
    queue: assign({
      changes: ({ context, event }) => queued(context.changes, event.entry),
    }),
    takeInHand: assign(({ context }) => {
      if (context.inHand.length > 0) return {};
      const inHand = next(context);
      const isGathered = !isShort(context) && inHand.every(isActive);
      return {
        inHand,
        changes: context.changes.slice(inHand.length),
        pausesMs: isGathered ? GATHERED_PAUSES_MS : PAUSES_MS,
      };
    }),
    countBroadcast: assign({ broadcasts: ({ context }) => context.broadcasts + 1 }),
  },
}).createMachine({
  id: 'roster.publisher',
  context: ({ input }) => ({
    roster: input.roster,
    changes: input.changes.reduce(queued, [] as readonly RosterEntry[]),
    inHand: [],
    broadcasts: 0,
    pausesMs: PAUSES_MS,
  }),
  initial: 'idle',
  on: { 'entry.changed': { actions: 'queue' } },
  states: {
    idle: {
      always: [
        { guard: 'isUrgent', target: 'publishing' },
        { guard: 'hasChanges', target: 'gathering' },
      ],
    },
    gathering: {
      always: { guard: 'isUrgent', target: 'publishing' },
      after: { company: 'publishing' },
    },
    publishing: {
      entry: 'takeInHand',
      invoke: {
        src: 'publish',
        input: ({ context }) => ({
          roster: context.roster,
          entries: context.inHand,
        }),
        onDone: {
          target: 'broadcasting',
          actions: assign({
            roster: ({ event }) => event.output,
            broadcasts: 0,
            inHand: [],
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
      always: { guard: 'isUrgent', target: 'publishing' },
      after: { pause: 'broadcasting' },
    },
    waiting: { after: { retry: 'publishing' } },
  },
});
