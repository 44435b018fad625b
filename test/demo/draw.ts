import type { Arrow, Bar, Mark, Scene } from './scenes.ts';

const WIDTH = 900;
const MARGIN = 24;
const TOP = 104;
const FOOT = 74;
const PX_PER_MS = 0.31;
const GRID_MS = 500;
/** Shorter work of a TPM is drawn and not named. */
const NAMED_MS = 120;

type Side = 'left' | 'right';

/** A device's line, and on which side of it its TPM's work and what it reached are named. */
interface Lane {
  readonly x: number;
  readonly work: Side;
  readonly marks: Side;
}

/** Where each scene stands. */
const LAYOUT: readonly { readonly x: number; readonly lanes: Readonly<Record<string, Lane>> }[] = [
  {
    x: 64,
    lanes: {
      N1: { x: 212, work: 'left', marks: 'left' },
      CE: { x: 358, work: 'right', marks: 'right' },
    },
  },
  {
    x: 412,
    lanes: {
      N1: { x: 536, work: 'left', marks: 'left' },
      CE: { x: 679, work: 'right', marks: 'right' },
      N2: { x: 822, work: 'left', marks: 'right' },
    },
  },
];

/** Few colours, each with a meaning, for light and for dark surroundings. */
const STYLE = `
  svg { --surface: #f6f8fa; --line: #d1d9e0; --ink: #1f2328; --quiet: #59636e;
    --air: #0969da; --tpm: #bf8700; --reached: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    svg { --surface: #151b23; --line: #343b45; --ink: #f0f6fc; --quiet: #9198a1;
      --air: #58a6ff; --tpm: #d29922; --reached: #3fb950 }
  }
  text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
    font-variant-numeric: tabular-nums; fill: var(--ink) }
  .title { font-size: 14px; font-weight: 600 }
  .lane, .reached { font-weight: 600 }
  .quiet { font-size: 11px; fill: var(--quiet) }
  .middle { text-anchor: middle } .left { text-anchor: end }
  .surface { fill: var(--surface); stroke: var(--line) }
  .grid { stroke: var(--line) } .life { stroke: var(--quiet); opacity: 0.6 }
  .air { stroke: var(--air); stroke-width: 1.5; marker-end: url(#head) } .head { fill: var(--air) }
  .tpm { fill: var(--tpm) }
  .reached { fill: var(--reached) } .span { stroke: var(--reached); stroke-width: 2 }
  .halo { paint-order: stroke; stroke: var(--surface); stroke-width: 4px }
`;
const HEAD =
  '<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 .5 8 4 0 7.5z"/></marker>';

const round = (value: number): number => +value.toFixed(1);
const text = (x: number, y: number, words: string, classes = '') =>
  `<text x="${round(x)}" y="${round(y)}" class="${classes}">${words}</text>`;
const line = (classes: string, [x1, y1]: readonly number[], [x2, y2]: readonly number[]) =>
  `<path class="${classes}" d="M${[x1, y1, x2, y2].map((value) => round(value as number)).join(' ')}"/>`;
const box = (x: number, y: number, height: number) =>
  `<rect class="tpm" x="${round(x)}" y="${round(y)}" width="8" height="${round(height)}" rx="1.5"/>`;
const dot = (x: number, y: number) =>
  `<circle class="reached" cx="${round(x)}" cy="${round(y)}" r="4.5"/>`;

const yOf = (ms: number): number => TOP + ms * PX_PER_MS;

/** Scenes side by side on one scale: time runs down, an arrow falls for as long as it takes. */
export const draw = (scenes: readonly Scene[], caption: string): string => {
  const ends = scenes.flatMap(({ arrows, bars }) => [...arrows, ...bars].map(({ endMs }) => endMs));
  const lastMs = Math.max(...ends);
  const bottom = yOf(lastMs) + 16;
  const height = Math.ceil(bottom + FOOT);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${scenes.map(({ title }) => title).join('; ')}</title>`,
    `<style>${STYLE}</style>`,
    HEAD,
    `<rect class="surface" x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    ...grid(lastMs),
    ...scenes.flatMap((scene, at) => sceneParts(scene, LAYOUT[at] as never, bottom)),
    ...legend(bottom + 34, caption),
    '</svg>\n',
  ].join('\n');
};

const grid = (lastMs: number): string[] =>
  Array.from({ length: Math.floor(lastMs / GRID_MS) + 1 }, (_, at) => at * GRID_MS).flatMap(
    (ms) => [
      line('grid', [58, yOf(ms)], [WIDTH - MARGIN, yOf(ms)]),
      text(50, yOf(ms) + 4, `${(ms / 1000).toFixed(1)} s`, 'quiet left'),
    ],
  );

const sceneParts = (
  { title, spent, arrows, bars, marks }: Scene,
  { x, lanes }: (typeof LAYOUT)[number],
  bottom: number,
): string[] => {
  const lane = (device: string): Lane => lanes[device] as Lane;
  return [
    text(x, 34, title, 'title'),
    text(x, 52, spent, 'quiet'),
    ...Object.entries(lanes).flatMap(([device, at]) => [
      text(at.x, TOP - 20, device, 'lane middle'),
      line('life', [at.x, TOP - 10], [at.x, bottom]),
    ]),
    ...marks.map(({ device, sinceMs, atMs }) =>
      line('span', [lane(device).x, yOf(sinceMs)], [lane(device).x, yOf(atMs)]),
    ),
    ...arrows.flatMap((arrow) => arrowParts(arrow, lane(arrow.from).x, lane(arrow.to).x)),
    ...bars.flatMap((bar) => barParts(bar, lane(bar.device))),
    ...marks.flatMap((mark) => markParts(mark, lane(mark.device))),
  ];
};

/**
 * The name stands on its arrow: nearer its end, where it is farthest from the one it answers; on one
 * that crosses a lane, to the right of that.
 */
const arrowParts = ({ name, bytes, startMs, endMs }: Arrow, from: number, to: number): string[] => {
  const gap = to > from ? 6 : -6;
  const [x1, x2, y1, y2] = [from + gap, to - gap, yOf(startMs), yOf(endMs)];
  const along = Math.abs(to - from) < 200 ? 0.56 : to > from ? 0.74 : 0.26;
  const [x, y] = [x1 + along * (x2 - x1), y1 + along * (y2 - y1)].map(round);
  const slope = round((Math.atan((y2 - y1) / (x2 - x1)) * 180) / Math.PI);
  const label = text(0, -4, `${name} <tspan class="quiet">${bytes} B</tspan>`, 'middle');
  return [
    line('air', [x1, y1], [x2, y2]),
    `<g transform="translate(${x} ${y}) rotate(${slope})">${label}</g>`,
  ];
};

const beside = (x: number, side: Side, y: number, words: string, classes: string): string =>
  text(side === 'left' ? x - 11 : x + 11, y + 4, words, `${classes} halo ${side}`);

const barParts = ({ operation, startMs, endMs }: Bar, lane: Lane): string[] => {
  const [y, height] = [yOf(startMs), (endMs - startMs) * PX_PER_MS];
  const bar = box(lane.x - 4, y, Math.max(1, height - 1));
  if (endMs - startMs < NAMED_MS) return [bar];
  const label = `${operation} ${(endMs - startMs).toFixed(0)} ms`;
  return [bar, beside(lane.x, lane.work, y + height / 2, label, 'quiet')];
};

const markParts = ({ atMs, what }: Mark, lane: Lane): string[] => [
  dot(lane.x, yOf(atMs)),
  beside(lane.x, lane.marks, yOf(atMs), what, 'reached'),
];

const legend = (y: number, caption: string): string[] => [
  line('air', [MARGIN, y - 8], [MARGIN + 26, y - 2]),
  text(MARGIN + 34, y, 'message, first bit to opened', 'quiet'),
  box(236, y - 11, 14),
  text(250, y, 'TPM at work', 'quiet'),
  line('span', [336, y - 4], [352, y - 4]),
  dot(352, y - 4),
  text(362, y, 'reached, and in which time', 'quiet'),
  text(MARGIN, y + 20, caption, 'quiet'),
];
