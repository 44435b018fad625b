import type { Chart } from '../plan.ts';
import { powerLaw } from '../summary.ts';
import type { Point, Series } from './points.ts';
import { linearScale, logScale, type Scale, short } from './scale.ts';
import { escaped, line, px, svg, text } from './svg.ts';

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 64;
const RIGHT = 160;
const TOP = 16;
const BOTTOM = 48;
/** Names at the ends of lines keep clear of each other by this. */
const NAME_HEIGHT = 16;
export const COLOURS = 8;

interface Plane {
  readonly x: Scale;
  readonly y: Scale;
}

/** Means over a number, with the band in which they lie with 95 % confidence. */
export const drawLines = (chart: Chart, series: readonly Series[], unit: string): string => {
  const plane = planeOf(chart, series);
  const fits = chart.fit ? series.map(fitOf) : [];
  const parts = [
    ...grid(plane),
    ...axes(chart, unit),
    ...series.map(({ points }, at) => band(points, plane, at, chart.yScale === 'log')),
    ...series.map(({ points }, at) => curve(points, plane, at)),
    ...series.flatMap(({ points }, at) => points.map((point) => dot(point, plane, at, unit))),
    ...chart.references.map(({ x, y, label }) =>
      reference(plane.x.at(Number(x)), plane.y.at(y), label, y, unit),
    ),
    ...names(series, plane, fits),
  ];
  return svg(WIDTH, HEIGHT, chart.title, parts);
};

const fitOf = ({ points }: Series): string => {
  const law = powerLaw(points.map(({ x, y }) => ({ x: Number(x), y })));
  return law === null ? '' : `∝ x^${law.exponent.toFixed(2)}`;
};

function planeOf({ xScale, yScale, references }: Chart, series: readonly Series[]): Plane {
  const points = series.flatMap((one) => one.points);
  const xs = [...points, ...references].map(({ x }) => Number(x));
  const ys = [
    ...points.flatMap(({ y, ci95 }) => [y - ci95, y + ci95]),
    ...points.map(({ y }) => y),
    ...references.map(({ y }) => y),
  ];
  const scaleOf = (
    kind: 'linear' | 'log',
    values: readonly number[],
    span: readonly [number, number],
  ): Scale => {
    const drawn = kind === 'log' ? values.filter((value) => value > 0) : [0, ...values];
    const [low, high] = [Math.min(...drawn), Math.max(...drawn)];
    return kind === 'log' && drawn.length > 0
      ? logScale([low, high], span)
      : linearScale([low, high], span);
  };
  return {
    x: scaleOf(xScale, xs, [LEFT, WIDTH - RIGHT]),
    y: scaleOf(yScale, ys, [HEIGHT - BOTTOM, TOP]),
  };
}

const grid = ({ x, y }: Plane): string[] => [
  ...y.ticks.flatMap((tick) => [
    line(LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick), 'grid'),
    text(LEFT - 8, y.at(tick) + 4, 'tick end', short(tick)),
  ]),
  ...x.ticks.map((tick) => text(x.at(tick), HEIGHT - BOTTOM + 18, 'tick middle', short(tick))),
];

const axes = ({ x, y }: Chart, unit: string): string[] => [
  line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, 'axis'),
  text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, 'title middle', x),
  `<text class="title middle" transform="translate(14 ${(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)">${escaped(unit === '' ? y : `${y}, ${unit}`)}</text>`,
];

const band = (points: readonly Point[], { x, y }: Plane, at: number, isLog: boolean): string => {
  if (points.every(({ ci95 }) => ci95 === 0)) return '';
  const floor = (value: number, mean: number): number => (isLog && value <= 0 ? mean : value);
  const upper = points.map((point) => [x.at(Number(point.x)), y.at(point.y + point.ci95)]);
  const lower = points
    .map((point) => [x.at(Number(point.x)), y.at(floor(point.y - point.ci95, point.y))])
    .reverse();
  return `<path class="band c${at % COLOURS}" d="${path([...upper, ...lower])}Z"/>`;
};

const path = (points: readonly (readonly number[])[]): string =>
  points.map(([x = 0, y = 0], at) => `${at === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('');

const curve = (points: readonly Point[], { x, y }: Plane, at: number): string =>
  `<path class="curve c${at % COLOURS}" d="${path(points.map((point) => [x.at(Number(point.x)), y.at(point.y)]))}"/>`;

const dot = (point: Point, { x, y }: Plane, at: number, unit: string): string =>
  `<circle class="dot c${at % COLOURS}" cx="${px(x.at(Number(point.x)))}" cy="${px(y.at(point.y))}" r="3.5"><title>${escaped(told(point, unit))}</title></circle>`;

export const told = ({ x, y, ci95, n }: Point, unit: string): string =>
  `${x}: ${short(y)}${ci95 > 0 ? ` ± ${short(ci95)}` : ''} ${unit} (n = ${n})`;

const reference = (x: number, y: number, label: string, value: number, unit: string): string =>
  `<path class="reference" d="M${px(x - 5)} ${px(y - 5)}l10 10m0 -10l-10 10"><title>${escaped(`${label}: ${short(value)} ${unit}`)}</title></path>${text(x + 9, y - 6, 'tick', label)}`;

/** At the end of each line, moved apart where they would meet. */
const names = (series: readonly Series[], { x, y }: Plane, fits: readonly string[]): string[] => {
  const wanted = series
    .map(({ name, points }, at) => ({ name, at, last: points.at(-1) as Point }))
    .filter(({ name, at }) => name !== '' || (fits[at] ?? '') !== '')
    .map((one) => ({ ...one, y: y.at(one.last.y), x: x.at(Number(one.last.x)) }))
    .sort((a, b) => a.y - b.y);
  let freeFrom = TOP;
  const placed = wanted.map((one) => {
    const at = Math.max(one.y, freeFrom);
    freeFrom = at + NAME_HEIGHT;
    return { ...one, y: at };
  });
  const over = Math.max(0, freeFrom - (HEIGHT - BOTTOM + NAME_HEIGHT));
  return placed.map(({ name, at, y: top }) =>
    text(
      WIDTH - RIGHT + 10,
      top - over + 4,
      `name c${at % COLOURS}`,
      `${name} ${fits[at] ?? ''}`.trim(),
    ),
  );
};
