import type { Exploration, Situation } from './explore.ts';

export interface Path {
  readonly steps: readonly { readonly label: string; readonly to: Situation }[];
  readonly end: Situation;
}

/** A shortest path to each situation, as labels of events. */
export const shortestPaths = ({ start, situations }: Exploration): Path[] => {
  const paths = new Map<string, Path>();
  paths.set(start, { steps: [], end: situations.get(start) as Situation });
  for (const [key, path] of paths)
    for (const { label, to } of (situations.get(key) as Situation).edges) {
      const end = situations.get(to) as Situation;
      if (!paths.has(to)) paths.set(to, { steps: [...path.steps, { label, to: end }], end });
    }
  return [...paths.values()];
};

/** The paths that are not the beginning of another: together they pass everything. */
export const wholePaths = (paths: readonly Path[]): Path[] => {
  const passed = new Set(paths.flatMap(({ steps }) => steps.slice(0, -1).map(({ to }) => to)));
  return paths.filter(({ end }) => !passed.has(end));
};

/** States from which no situation that `isGoal` can be reached any more. */
export const deadEnds = (
  { situations }: Exploration,
  isGoal: (situation: Situation) => boolean,
): string[] => {
  const before = new Map<string, string[]>();
  for (const [from, { edges }] of situations)
    for (const { to } of edges) before.set(to, [...(before.get(to) ?? []), from]);
  const alive = new Set([...situations].flatMap(([key, it]) => (isGoal(it) ? [key] : [])));
  for (const key of alive) for (const from of before.get(key) ?? []) alive.add(from);
  return [...situations].flatMap(([key, { state }]) => (alive.has(key) ? [] : [state]));
};

/**
 * A way to a situation that `isGoal` without all of `milestones` on it in this order, or null if
 * there is none: every path is looked at, not only the shortest.
 */
export const shortcut = (
  { start, situations }: Exploration,
  isGoal: (situation: Situation) => boolean,
  milestones: readonly string[],
): string[] | null => {
  const walks = new Map([[`0 ${start}`, { at: start, passed: 0, labels: [] as string[] }]]);
  for (const { at, passed, labels } of walks.values()) {
    const situation = situations.get(at) as Situation;
    if (isGoal(situation) && passed < milestones.length) return labels;
    for (const { label, to } of situation.edges) {
      if (to === at) continue;
      const next = passed + (label === milestones[passed] ? 1 : 0);
      const key = `${next} ${to}`;
      if (!walks.has(key)) walks.set(key, { at: to, passed: next, labels: [...labels, label] });
    }
  }
  return null;
};
