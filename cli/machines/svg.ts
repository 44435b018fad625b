import type { Chart, ChartState } from '../../web/model/chart.ts';
import {
  ANYWHERE,
  type Box,
  type Drawing,
  isStart,
  LINE_HEIGHT,
  type Line,
  NAME_HEIGHT,
  stateLines,
} from '../../web/model/graph.ts';

const MARGIN = 16;

/** As the inspector draws it, for light and for dark surroundings. */
const STYLE = `
  svg { --surface: #f6f8fa; --line: #d1d9e0; --ink: #1f2328; --quiet: #59636e }
  @media (prefers-color-scheme: dark) {
    svg { --surface: #151b23; --line: #343b45; --ink: #f0f6fc; --quiet: #9198a1 }
  }
  text { font: 11.5px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--quiet); text-anchor: middle }
  .name { font-size: 13px; font-weight: 600; fill: var(--ink) }
  .surface { fill: var(--surface); stroke: var(--line) }
  .state { fill: var(--surface); stroke: var(--quiet) }
  .parent { fill: none; stroke: var(--line) }
  .edge { fill: none; stroke: var(--quiet); marker-end: url(#head) } .head, .start { fill: var(--quiet) }
  .label { paint-order: stroke; stroke: var(--surface); stroke-width: 4px }
`;
const HEAD =
  '<marker id="head" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path class="head" d="M0 .5 8 4 0 7.5z"/></marker>';

const round = (value: number): number => +value.toFixed(1);
const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
const text = (x: number, y: number, words: string, classes: string): string =>
  `<text x="${round(x)}" y="${round(y)}" class="${classes}">${escaped(words)}</text>`;
const rect = ({ x, y, width, height }: Omit<Box, 'id'>, classes: string): string =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="6" class="${classes}"/>`;

const stateParts = (chart: Chart, state: ChartState, box: Box): string[] => {
  const { x, y, width, height } = box;
  const middle = x + width / 2;
  const inner = { x: x + 3, y: y + 3, width: width - 6, height: height - 6 };
  return [
    rect(box, state.children.length > 0 ? 'parent' : 'state'),
    ...(state.kind === 'final' ? [rect(inner, 'state')] : []),
    text(middle, y + 20, state.name, 'name'),
    ...stateLines(chart, state).map((line, at) =>
      text(middle, y + NAME_HEIGHT + LINE_HEIGHT * (at + 0.6), line, ''),
    ),
  ];
};

const boxParts = (chart: Chart, box: Box): string[] => {
  const { id, x, y, width } = box;
  if (isStart(id))
    return [`<circle class="start" cx="${round(x + 5)}" cy="${round(y + 5)}" r="4.5"/>`];
  if (id === ANYWHERE) return [text(x + width / 2, y + 17, 'any state', '')];
  const state = chart.states.find((each) => each.id === id);
  return state === undefined ? [] : stateParts(chart, state, box);
};

const labelParts = ({ label }: Line): string[] =>
  (label?.lines ?? []).map((line, at) =>
    text(label?.x ?? 0, (label?.y ?? 0) + LINE_HEIGHT * (at + 0.78), line, 'label'),
  );

/** A chart in place, as a picture of its own. */
export const svgOf = (chart: Chart, { width, height, boxes, lines }: Drawing): string => {
  const [wide, high] = [Math.ceil(width + 2 * MARGIN), Math.ceil(height + 2 * MARGIN)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" role="img">`,
    `<title>${escaped(chart.id)}</title>`,
    `<style>${STYLE}</style>`,
    HEAD,
    `<rect class="surface" x=".5" y=".5" width="${wide - 1}" height="${high - 1}" rx="8"/>`,
    `<g transform="translate(${MARGIN} ${MARGIN})">`,
    ...boxes.flatMap((box) => boxParts(chart, box)),
    ...lines.map(({ path }) => `<path class="edge" d="${path}"/>`),
    ...lines.flatMap(labelParts),
    '</g>',
    '</svg>\n',
  ].join('\n');
};
