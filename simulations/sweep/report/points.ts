import type { Chart } from '../plan.ts';
import type { Value } from '../scenario.ts';
import type { Cell } from '../summary.ts';

/** A mean that is drawn. */
export interface Point {
  readonly x: Value;
  readonly y: number;
  /** Half of its 95 % confidence interval; 0 where there is none. */
  readonly ci95: number;
  readonly n: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

/** What a chart shows of these cells, a series for each value of its series parameter. */
export const seriesOf = ({ x, y, series, where }: Chart, cells: readonly Cell[]): Series[] => {
  const bySeries = new Map<string, Point[]>();
  for (const { parameters, estimates } of cells) {
    const isWanted = Object.entries(where).every(([name, value]) => parameters[name] === value);
    const estimate = estimates[y];
    const at = parameters[x];
    if (!isWanted || at === undefined || estimate?.mean == null) continue;
    const name = series === undefined ? '' : String(parameters[series] ?? '');
    const points = bySeries.get(name) ?? [];
    bySeries.set(name, points);
    points.push({ x: at, y: estimate.mean, ci95: estimate.ci95 ?? 0, n: estimate.n });
  }
  return [...bySeries].map(([name, points]) => ({
    name,
    points: points.every(({ x: one }) => typeof one === 'number')
      ? points.sort((a, b) => Number(a.x) - Number(b.x))
      : points,
  }));
};
