import type { AnyStateMachine, AnyStateNode, EventObject } from 'xstate';

/** xstate's own events, in the words a chart is read with: `done translate`, `after reply`. */
export interface Synthetic {
  readonly label: string;
  readonly kind: 'done' | 'error' | 'after';
  /** Of the invoked actor, or of the delay. */
  readonly name: string;
  readonly type: string;
}

const invoked = (state: AnyStateNode): Synthetic[] =>
  state.invoke.flatMap(({ id, src }) =>
    (['done', 'error'] as const).map((kind) => ({
      label: `${kind} ${src}`,
      kind,
      name: String(src),
      type: `xstate.${kind}.actor.${id}`,
    })),
  );

const delayed = (state: AnyStateNode): Synthetic[] => {
  const delays = new Map(state.after.map(({ eventType, delay }) => [eventType, String(delay)]));
  return [...delays].map(([type, name]) => ({ label: `after ${name}`, kind: 'after', name, type }));
};

/** What may happen in a state beside messages: its actors end, its delays pass. */
export const syntheticEvents = (state: AnyStateNode): Synthetic[] => [
  ...invoked(state),
  ...delayed(state),
];

/** The states of a flat chart, by name. */
export const statesOf = (machine: AnyStateMachine): Record<string, AnyStateNode> =>
  machine.root.states;

export const finalStates = (machine: AnyStateMachine): string[] =>
  Object.entries(statesOf(machine)).flatMap(([name, { type }]) => (type === 'final' ? [name] : []));

export const initialState = (machine: AnyStateMachine): string =>
  machine.root.initial.target[0]?.key ?? '';

/** The events that a chart names, xstate's own left out. */
export const eventsOf = (machine: AnyStateMachine): string[] => {
  const named = machine.events as EventObject['type'][];
  return [...new Set(named)].filter((type) => !type.startsWith('xstate.')).sort();
};
