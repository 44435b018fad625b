import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { type AdjacencyMap, getAdjacencyMap } from 'xstate/graph';
import { type Synthetic, statesOf, syntheticEvents } from '../../cli/machines/chart.ts';
import { TiesError } from '../../protocol/errors.ts';

/** Code of the error that every failing actor fails with. */
export const FAULT = 'TPM_FAULT';

/** A chart that remembers without end has no end to explore either, and fails here. */
const MOST_STEPS = 20_000;

export interface World {
  readonly machine: AnyStateMachine;
  readonly input?: unknown;
  /** Messages and commands that may come at any time, under the names transcripts give them. */
  readonly events: Readonly<Record<string, AnyEventObject>>;
  /** What invoked actors answer with, where that matters. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** What of the context tells two situations apart, where all of it never ends. */
  readonly abstract?: (context: never) => unknown;
}

interface Transition {
  readonly event: AnyEventObject;
  readonly state: AnyMachineSnapshot;
}

export interface Edge {
  readonly label: string;
  readonly to: string;
}

/** A state with all that the chart remembers in it. */
export interface Situation {
  readonly state: string;
  readonly snapshot: AnyMachineSnapshot;
  readonly edges: readonly Edge[];
}

export interface Exploration {
  readonly start: string;
  readonly situations: ReadonlyMap<string, Situation>;
}

const eventOf = ({ kind, name, type }: Synthetic, { outputs }: World): AnyEventObject => {
  if (kind === 'done') return { type, output: outputs?.[name] };
  return kind === 'error' ? { type, error: new TiesError(FAULT, 'No answer.') } : { type };
};

/** Everything that can happen, in any order, to a machine begun with this input. */
export const explore = (world: World): Exploration => {
  const { machine, input, events, abstract } = world;
  const labels = new Map<AnyEventObject, string>();
  for (const [label, event] of Object.entries(events)) labels.set(event, label);
  const possible = (snapshot: AnyMachineSnapshot): AnyEventObject[] => {
    if (snapshot.status !== 'active') return [];
    const state = statesOf(machine)[snapshot.value as string];
    const own = (state === undefined ? [] : syntheticEvents(state)).map((synthetic) => {
      const event = eventOf(synthetic, world);
      labels.set(event, synthetic.label);
      return event;
    });
    return [...own, ...Object.values(events)];
  };
  const keyOf = ({ value, context }: AnyMachineSnapshot): string =>
    JSON.stringify([value, abstract === undefined ? context : abstract(context as never)]);
  const labelOf = (event: AnyEventObject): string => labels.get(event) ?? event.type;

  const adjacency = getAdjacencyMap(machine, {
    input,
    events: possible as never,
    serializeState: keyOf as never,
    serializeEvent: labelOf as never,
    limit: MOST_STEPS,
  }) as AdjacencyMap<AnyMachineSnapshot, AnyEventObject>;
  const situations = new Map<string, Situation>();
  for (const [key, { state: snapshot, transitions }] of Object.entries(adjacency)) {
    const edges = Object.values<Transition>(transitions).map(({ event, state }) => ({
      label: labelOf(event),
      to: keyOf(state),
    }));
    situations.set(key, { state: snapshot.value as string, snapshot, edges });
  }
  return { start: [...situations.keys()][0] as string, situations };
};
