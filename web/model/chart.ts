import type { StateValue } from '../../transports/inspect/interface.ts';

export type StateKind = 'atomic' | 'compound' | 'parallel' | 'final' | 'history';

/** A state of a chart; its id is the path to it, `running.member`, of the root the empty text. */
export interface ChartState {
  readonly id: string;
  readonly name: string;
  readonly kind: StateKind;
  readonly parent: string | null;
  readonly children: readonly string[];
  /** Of a compound state: where it begins. */
  readonly initial: string | null;
  /** What is done while in it, such as `transmit J1`. */
  readonly does: readonly string[];
}

/** One way out of a state. */
export interface ChartEdge {
  readonly id: string;
  readonly from: string;
  /** Null where it leads nowhere and only acts. */
  readonly to: string | null;
  /** As xstate names it; empty where the transition takes place at once. */
  readonly eventType: string;
  /** As people read it: `join.offered`, `after reply`, `done`, `failed`. */
  readonly event: string;
  readonly guard: string | null;
  readonly actions: readonly string[];
}

export interface Chart {
  readonly id: string;
  readonly states: readonly ChartState[];
  readonly edges: readonly ChartEdge[];
}

type Config = Readonly<Record<string, unknown>>;
const isConfig = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const configs = (value: unknown): [string, Config][] =>
  isConfig(value)
    ? Object.entries(value).map(([key, each]) => [key, isConfig(each) ? each : {}])
    : [];
const list = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

const typeName = (value: unknown): string =>
  typeof value === 'string' ? value : isConfig(value) ? String(value.type ?? '') : '';
const names = (value: unknown): string[] => list(value).map(typeName).filter(Boolean);

/** A state as its config has it, and its place. */
interface Place {
  readonly id: string;
  readonly config: Config;
  readonly parent: string | null;
}

const within = (parent: string, name: string): string =>
  parent === '' ? name : `${parent}.${name}`;

const places = (root: Config): Place[] => {
  const found: Place[] = [];
  const visit = (id: string, config: Config, parent: string | null): void => {
    found.push({ id, config, parent });
    for (const [name, child] of configs(config.states)) visit(within(id, name), child, id);
  };
  visit('', root, null);
  return found;
};

const kindOf = ({ type, states }: Config): StateKind => {
  if (type === 'final' || type === 'parallel' || type === 'history') return type;
  return isConfig(states) && Object.keys(states).length > 0 ? 'compound' : 'atomic';
};

/** `transmit J1`: an actor, and what it is told where that is fixed. */
const invokeText = (invoke: unknown): string => {
  if (!isConfig(invoke)) return '';
  const { src, input } = invoke;
  const told = isConfig(input) && !('type' in input) ? Object.values(input) : [];
  return [typeName(src), ...told.filter((word) => typeof word !== 'object')].join(' ');
};

const stateOf = (machine: string, { id, config, parent }: Place): ChartState => {
  const children = configs(config.states).map(([name]) => within(id, name));
  const kind = kindOf(config);
  const begins =
    typeName(config.initial) || (isConfig(config.initial) ? typeName(config.initial.target) : '');
  return {
    ...{ id, kind, parent, children },
    name: id === '' ? machine : (id.split('.').at(-1) as string),
    initial: kind === 'compound' && begins !== '' ? within(id, begins) : null,
    does: list(config.invoke).map(invokeText).filter(Boolean),
  };
};

/** Where a target leads, seen from a state: a sibling, `.child`, `#machine.path` or `#id`. */
const targetId = (target: string, { id, parent }: Place, byId: ReadonlyMap<string, string>) => {
  if (target.startsWith('.')) return within(id, target.slice(1));
  if (!target.startsWith('#')) return within(parent ?? '', target);
  const [head = '', ...rest] = target.slice(1).split('.');
  for (let take = rest.length; take >= 0; take -= 1) {
    const base = byId.get([head, ...rest.slice(0, take)].join('.'));
    if (base !== undefined) return rest.slice(take).reduce(within, base);
  }
  return null;
};

/** What may happen in a state: by which event, read how, and what follows. */
interface Chance {
  readonly eventType: string;
  readonly event: string;
  readonly candidates: readonly unknown[];
}

const chances = (machine: string, { id, config }: Place): Chance[] => {
  const path = id === '' ? machine : `${machine}.${id}`;
  const on = Object.entries(isConfig(config.on) ? config.on : {}).map(([type, to]) => ({
    eventType: type,
    event: type.replace(/^xstate\.(done|error)\.(?:actor|state)\./, (_, kind) =>
      kind === 'done' ? 'done ' : 'failed ',
    ),
    candidates: list(to),
  }));
  const after = Object.entries(isConfig(config.after) ? config.after : {}).map(([delay, to]) => ({
    eventType: `xstate.after.${delay}.${path}`,
    event: `after ${/^\d+$/.test(delay) ? `${Number(delay) / 1000} s` : delay}`,
    candidates: list(to),
  }));
  const ends = list(config.invoke).flatMap((invoke, at): Chance[] => {
    if (!isConfig(invoke)) return [];
    const actor = typeof invoke.id === 'string' ? invoke.id : `${at}.${path}`;
    return [
      { eventType: `xstate.done.actor.${actor}`, event: 'done', candidates: list(invoke.onDone) },
      {
        eventType: `xstate.error.actor.${actor}`,
        event: 'failed',
        candidates: list(invoke.onError),
      },
    ];
  });
  return [
    ...on,
    ...after,
    ...ends,
    { eventType: `xstate.done.state.${path}`, event: 'done', candidates: list(config.onDone) },
    { eventType: '', event: '', candidates: list(config.always) },
  ];
};

const edgesOf = (machine: string, place: Place, byId: ReadonlyMap<string, string>): ChartEdge[] =>
  chances(machine, place).flatMap(({ eventType, event, candidates }) =>
    candidates.map((candidate, at): ChartEdge => {
      const config: Config = isConfig(candidate) ? candidate : { target: candidate };
      const target = typeName(list(config.target)[0]);
      const guard = typeName(config.guard ?? config.cond);
      return {
        id: `${place.id}|${eventType}|${at}`,
        from: place.id,
        to: target === '' ? null : targetId(target, place, byId),
        ...{ eventType, event },
        guard: guard !== '' ? guard : at > 0 ? 'else' : null,
        actions: names(config.actions),
      };
    }),
  );

/**
 * The chart of a machine's config as JSON, as xstate 5 writes it; null where it is none. A target
 * that is not there leads nowhere.
 */
export const chartOf = (definition: string): Chart | null => {
  let root: unknown;
  try {
    root = JSON.parse(definition);
  } catch {
    return null;
  }
  if (!isConfig(root) || !isConfig(root.states)) return null;
  const machine = typeof root.id === 'string' ? root.id : '(machine)';
  const all = places(root);
  const byId = new Map<string, string>([[machine, '']]);
  for (const { id, config } of all) if (typeof config.id === 'string') byId.set(config.id, id);
  const states = all.map((place) => stateOf(machine, place));
  const ids = new Set(states.map(({ id }) => id));
  const edges = all
    .flatMap((place) => edgesOf(machine, place, byId))
    .map((edge) => (edge.to !== null && !ids.has(edge.to) ? { ...edge, to: null } : edge));
  return { id: machine, states, edges };
};

/** Every state that is active, those around it too, the root among them. */
export const activeStates = (value: StateValue | null): ReadonlySet<string> => {
  const active = new Set<string>();
  const visit = (inner: StateValue, parent: string): void => {
    if (typeof inner === 'string') active.add(within(parent, inner));
    else
      for (const [name, deeper] of Object.entries(inner)) {
        active.add(within(parent, name));
        visit(deeper, within(parent, name));
      }
  };
  if (value === null) return active;
  active.add('');
  visit(value, '');
  return active;
};

const matches = (pattern: string, type: string): boolean =>
  pattern === type ||
  pattern === '*' ||
  (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));

/** The transition that an event led over, from these states to those, as far as that can be told. */
export const takenEdge = (
  { edges }: Chart,
  move: {
    readonly event: string;
    readonly from: StateValue | null;
    readonly to: StateValue | null;
  },
): ChartEdge | null => {
  const [before, after] = [activeStates(move.from), activeStates(move.to)];
  const leads = ({ to }: ChartEdge): boolean => to !== null && after.has(to) && to !== '';
  const taken = edges.filter(
    (edge) => before.has(edge.from) && matches(edge.eventType, move.event) && leads(edge),
  );
  // The deepest state has the first say.
  taken.sort((a, b) => b.from.length - a.from.length);
  const isNew = taken.find(({ to }) => !before.has(to as string));
  return isNew ?? taken[0] ?? null;
};
