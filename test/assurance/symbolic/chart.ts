import { type AnyStateMachine, initialTransition, transition } from 'xstate';
import { statesOf, syntheticEvents } from '../../../cli/machines/chart.ts';
import type { Outcome } from '../../../machines/outcome.ts';

/** A chart somewhere in its run: all that its next step depends on. */
export interface Position {
  readonly value: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** What a transition asks of its host. */
export interface Moved extends Position {
  /** The chart's own event had a transition here. */
  readonly moved: boolean;
  /** Actions that the chart only names. */
  readonly noted: readonly string[];
  /** What the state it came to has its host do. */
  readonly invoked: { readonly name: string; readonly input: unknown } | null;
  /** How it ended, in a final state. */
  readonly outcome: Outcome | null;
}

interface Happening {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Each transition is computed once by xstate: a search asks for the same ones without end. */
const memory = new Map<string, Moved>();

const remembered = (key: string, compute: () => Moved): Moved => {
  const kept = memory.get(key) ?? compute();
  memory.set(key, kept);
  return kept;
};

type Step = readonly [
  { readonly value: unknown; readonly context: object; readonly output?: unknown },
  readonly { readonly type: string; readonly params?: unknown }[],
];

const read = ([snapshot, actions]: Step, before: Position | null): Moved => {
  const spawned = actions.find(({ type }) => type === 'xstate.spawnChild')?.params as
    | { src: string; input: unknown }
    | undefined;
  const noted = actions.map(({ type }) => type).filter((type) => !type.startsWith('xstate.'));
  const value = snapshot.value as string;
  const context = snapshot.context as Position['context'];
  const moved =
    before === null ||
    actions.length > 0 ||
    value !== before.value ||
    JSON.stringify(context) !== JSON.stringify(before.context);
  const outcome = (snapshot.output as Outcome | undefined) ?? null;
  const invoked = spawned === undefined ? null : { name: spawned.src, input: spawned.input };
  return { value, context, moved, noted, invoked, outcome };
};

export const started = (chart: AnyStateMachine, input: object): Moved =>
  remembered(`${chart.id} ${JSON.stringify(input)}`, () =>
    read(initialTransition(chart, input) as unknown as Step, null),
  );

export const moved = (chart: AnyStateMachine, from: Position, event: Happening): Moved =>
  remembered(
    `${chart.id} ${from.value} ${JSON.stringify(from.context)} ${JSON.stringify(event)}`,
    () => {
      const snapshot = chart.resolveState({ value: from.value, context: from.context } as never);
      return read(transition(chart, snapshot, event as never) as unknown as Step, from);
    },
  );

const eventsIn = (chart: AnyStateMachine, value: string) => {
  const state = statesOf(chart)[value];
  return state === undefined ? [] : syntheticEvents(state);
};

/** The events that xstate itself would send in this state. */
export const endOf = (
  chart: AnyStateMachine,
  value: string,
  kind: 'done' | 'error',
): string | null => eventsIn(chart, value).find((event) => event.kind === kind)?.type ?? null;

export const timersOf = (
  chart: AnyStateMachine,
  value: string,
): readonly { readonly name: string; readonly type: string }[] =>
  eventsIn(chart, value).filter(({ kind }) => kind === 'after');
