import type { Chart } from '../plan.ts';
import { COLOURS, told } from './lines.ts';
import type { Series } from './points.ts';
import { linearScale, logScale, short } from './scale.ts';
import { escaped, line, px, svg, text } from './svg.ts';

const WIDTH = 720;
const LEFT = 232;
const RIGHT = 92;
const TOP = 26;
const BAR = 18;
const GAP = 14;

/** A bar for each value of x and each series, with its confidence interval, from the left. */
export const drawBars = (chart: Chart, series: readonly Series[], unit: string): string => {
  const rows = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => String(x))))];
  const named = series.length > 1;
  const legend = named ? 24 : 0;
  const rowHeight = series.length * BAR + GAP;
  const height = TOP + legend + rows.length * rowHeight + 8;
  const means = series.flatMap(({ points }) => points.map(({ y, ci95 }) => y + ci95));
  const all = [...means, ...chart.references.map(({ y }) => y)];
  const lows = series.flatMap(({ points }) => points.map(({ y }) => y)).filter((y) => y > 0);
  const span = [LEFT, WIDTH - RIGHT] as const;
  const scale =
    chart.yScale === 'log'
      ? logScale([Math.min(...lows), Math.max(...all)], span)
      : linearScale([0, Math.max(...all)], span);
  const top = TOP + legend;
  const parts = [
    ...scale.ticks.flatMap((tick) => [
      line(scale.at(tick), top, scale.at(tick), height - 8, 'grid'),
      text(scale.at(tick), top - 6, 'tick middle', short(tick)),
    ]),
    text(WIDTH - RIGHT + 24, top - 6, 'tick', unit),
    ...(named
      ? series.map(({ name }, at) =>
          text(LEFT + at * 120, 14, `name c${at % COLOURS}`, `■ ${name}`),
        )
      : []),
    ...rows.flatMap((row, at) => {
      const y = top + at * rowHeight + GAP / 2;
      const middle = y + (series.length * BAR) / 2;
      return [
        text(LEFT - 10, middle + 4, 'row end', row),
        ...series.flatMap(({ points }, nth) => {
          const point = points.find(({ x }) => String(x) === row);
          if (point === undefined) return [];
          return bar(scale.at, point, y + nth * BAR, nth, unit);
        }),
        ...chart.references
          .filter(({ x }) => String(x) === row)
          .map(
            ({ y: value, label }) =>
              `<path class="reference" d="M${px(scale.at(value))} ${px(y - 3)}v${series.length * BAR + 6}"><title>${escaped(`${label}: ${short(value)} ${unit}`)}</title></path>${text(scale.at(value) + 5, y - 1, 'tick', `${label} ${short(value)}`)}`,
          ),
      ];
    }),
  ];
  return svg(WIDTH, height, chart.title, parts);
};

const bar = (
  at: (value: number) => number,
  point: Series['points'][number],
  y: number,
  nth: number,
  unit: string,
): string[] => {
  const end = Math.max(at(point.y), LEFT);
  const middle = y + BAR / 2;
  const [low, high] = [Math.max(LEFT, at(point.y - point.ci95) || LEFT), at(point.y + point.ci95)];
  return [
    `<rect class="bar c${nth % COLOURS}" x="${LEFT}" y="${px(y + 2)}" width="${px(end - LEFT)}" height="${BAR - 4}" rx="2"><title>${escaped(told(point, unit))}</title></rect>`,
    point.ci95 > 0
      ? `<path class="interval" d="M${px(low)} ${px(middle)}H${px(high)}M${px(low)} ${px(middle - 4)}v8M${px(high)} ${px(middle - 4)}v8"/>`
      : '',
    text(Math.max(end, high) + 6, middle + 4, 'value', short(point.y)),
  ];
};
