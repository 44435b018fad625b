import { type Actor, type Actors, type Health, healthOf, stateText } from './actors.ts';

/** A line of the tree. */
export interface TreeRow {
  readonly id: string;
  readonly name: string;
  readonly depth: number;
  readonly state: string;
  readonly health: Health;
  readonly predecessors: number;
  readonly hasChart: boolean;
}

export interface DeviceTree {
  readonly device: string;
  readonly rows: readonly TreeRow[];
  /** Actors that have ended and are not shown. */
  readonly hidden: number;
}

/** The Central Entity first, then by name, numbers in names as numbers. */
export const byDevice = (a: string, b: string): number =>
  Number(b === 'CE') - Number(a === 'CE') || a.localeCompare(b, 'en', { numeric: true });

const rowOf = (actor: Actor, depth: number): TreeRow => ({
  id: actor.id,
  name: actor.name,
  depth,
  state: stateText(actor.value),
  health: healthOf(actor),
  predecessors: actor.predecessors,
  hasChart: actor.definition !== null,
});

const isChart = ({ definition }: Actor): boolean => definition !== null;

export interface TreeChoice {
  /** Parts of the names or states that are looked for. */
  readonly search: string;
  /** Of those that have ended so many are shown of each device, the last first. */
  readonly ended: number;
  /** Also actors without a chart: promises, callbacks. */
  readonly all: boolean;
}

/** The actors of each device under their parents, those that live first. */
export const trees = (actors: Actors, choice: TreeChoice): DeviceTree[] => {
  const devices = new Map<string, Actor[]>();
  for (const actor of actors.values()) {
    const its = devices.get(actor.device);
    if (its === undefined) devices.set(actor.device, [actor]);
    else its.push(actor);
  }
  return [...devices.keys()]
    .sort(byDevice)
    .map((device) => deviceTree(device, devices.get(device) as Actor[], choice));
};

const deviceTree = (
  device: string,
  actors: readonly Actor[],
  { search, ended, all }: TreeChoice,
): DeviceTree => {
  const sought = search.trim().toLowerCase();
  const matches = (actor: Actor): boolean =>
    sought === '' ||
    [actor.device, actor.name, stateText(actor.value)].some((text) =>
      text.toLowerCase().includes(sought),
    );
  const wanted = actors.filter((actor) => (all || isChart(actor)) && matches(actor));
  const over = wanted.filter(({ endedMs }) => endedMs !== null);
  over.sort((a, b) => (b.endedMs as number) - (a.endedMs as number));
  const shownOver = over.slice(0, ended);
  const living = wanted.filter(({ endedMs }) => endedMs === null);
  const rows = nested(living, new Set(actors.map(({ id }) => id)));
  const depthOfOver = rows.length === 0 ? 0 : 1;
  return {
    device,
    rows: [...rows, ...shownOver.map((actor) => rowOf(actor, depthOfOver))],
    hidden: over.length - shownOver.length,
  };
};

/** Those whose parent is not among them stand at the top. */
const nested = (actors: readonly Actor[], known: ReadonlySet<string>): TreeRow[] => {
  const children = new Map<string, Actor[]>();
  const ids = new Set(actors.map(({ id }) => id));
  for (const actor of actors) {
    const parent =
      actor.parentId !== null && known.has(actor.parentId) && ids.has(actor.parentId)
        ? actor.parentId
        : '';
    children.set(parent, [...(children.get(parent) ?? []), actor]);
  }
  const under = (parent: string, depth: number): TreeRow[] =>
    (children.get(parent) ?? []).flatMap((actor) => [
      rowOf(actor, depth),
      ...under(actor.id, depth + 1),
    ]);
  return under('', 0);
};
