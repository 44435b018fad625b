import type { Chart, ChartEdge, ChartState } from './chart.ts';

/** What elkjs lays out (Eclipse Layout Kernel, JSON format), as far as it is used here. */
export interface ElkNode {
  id: string;
  width?: number;
  height?: number;
  x?: number;
  y?: number;
  children?: ElkNode[];
  edges?: ElkEdge[];
  layoutOptions?: Record<string, string>;
}

interface ElkPoint {
  x: number;
  y: number;
}

export interface ElkEdge {
  id: string;
  sources: string[];
  targets: string[];
  labels?: { id: string; text: string; width: number; height: number; x?: number; y?: number }[];
  sections?: { startPoint: ElkPoint; endPoint: ElkPoint; bendPoints?: ElkPoint[] }[];
}

const NAME_PX = 7.6;
const LINE_PX = 6.5;
export const NAME_HEIGHT = 26;
export const LINE_HEIGHT = 15;
const MARGIN = 24;
/** More of what a state does without leaving it is told in the table alone. */
const MAX_LINES = 7;

const LAYOUT: Record<string, string> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.layered.considerModelOrder.strategy': 'PREFER_NODES',
  'elk.layered.spacing.nodeNodeBetweenLayers': '34',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.spacing.nodeNode': '30',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeLabel': '4',
  'elk.edgeLabels.placement': 'CENTER',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
};

/** The root's own transitions begin at a word, not at a box around everything. */
export const ANYWHERE = '(any state)';
const startOf = (state: string): string => `(start) ${state}`;
export const isStart = (id: string): boolean => id.startsWith('(start) ');

/** `repeatsLeft` in brackets; `else` too. */
export const edgeText = ({ event, guard }: ChartEdge): string =>
  [event, guard === null ? '' : `[${guard}]`].filter(Boolean).join(' ');

/** What a state does without leaving it: its actors, and transitions that only act. */
export const stateLines = (chart: Chart, state: ChartState): readonly string[] => {
  const acts = chart.edges
    .filter(({ from, to, actions }) => from === state.id && to === null && actions.length > 0)
    .map((edge) => `${edgeText(edge)} / ${edge.actions.join(', ')}`);
  const lines = [...state.does.map((each) => `do ${each}`), ...acts];
  return lines.length > MAX_LINES
    ? [...lines.slice(0, MAX_LINES - 1), `… ${lines.length - MAX_LINES + 1} more`]
    : lines;
};

const nodeOf = (
  chart: Chart,
  byId: ReadonlyMap<string, ChartState>,
  state: ChartState,
): ElkNode => {
  const lines = stateLines(chart, state);
  const widest = Math.max(
    state.name.length * NAME_PX,
    ...lines.map((line) => Math.min(line.length, 44) * LINE_PX),
  );
  const [width, height] = [
    Math.max(72, widest + MARGIN),
    NAME_HEIGHT + 6 + lines.length * LINE_HEIGHT,
  ];
  if (state.children.length === 0) return { id: state.id, width, height };
  const children = state.children.map((id) => nodeOf(chart, byId, byId.get(id) as ChartState));
  if (state.initial !== null) children.unshift({ id: startOf(state.id), width: 10, height: 10 });
  return {
    id: state.id,
    children,
    layoutOptions: {
      'elk.padding': `[top=${height + 12},left=18,bottom=18,right=18]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${height})`,
    },
  };
};

/** Edges between the same two states become one, with a line for each. */
const merged = (edges: readonly ChartEdge[]): ElkEdge[] => {
  const between = new Map<string, { source: string; target: string; texts: string[] }>();
  for (const edge of edges) {
    const [source, target] = [edge.from === '' ? ANYWHERE : edge.from, edge.to as string];
    const key = edgeKey(edge);
    const known = between.get(key) ?? { source, target, texts: [] };
    known.texts.push(edgeText(edge));
    between.set(key, known);
  }
  return [...between].map(([id, { source, target, texts }]) => {
    const shown = texts.filter(Boolean);
    const widest = Math.max(0, ...shown.map((text) => text.length * LINE_PX));
    const label = { id: `${id} label`, text: shown.join('\n') };
    const size = { width: widest + 8, height: shown.length * LINE_HEIGHT };
    return {
      ...{ id, sources: [source], targets: [target] },
      ...(shown.length > 0 && { labels: [{ ...label, ...size }] }),
    };
  });
};

/** Which drawn edge stands for a transition. */
export const edgeKey = ({ from, to }: ChartEdge): string => `${from} → ${to}`;

/** The chart as a graph to lay out: sizes are of text as it will be drawn. */
export const graphOf = (chart: Chart): ElkNode => {
  const byId = new Map(chart.states.map((state) => [state.id, state]));
  const root = byId.get('') as ChartState;
  const leading = chart.edges.filter(({ from, to }) => to !== null && !(from === '' && to === ''));
  const children = root.children.map((id) => nodeOf(chart, byId, byId.get(id) as ChartState));
  if (root.initial !== null) children.unshift({ id: startOf(''), width: 10, height: 10 });
  if (leading.some(({ from }) => from === ''))
    children.push({ id: ANYWHERE, width: ANYWHERE.length * NAME_PX, height: NAME_HEIGHT });
  const starts = chart.states
    .filter(({ initial }) => initial !== null)
    .map(({ id, initial }) => ({
      id: `${startOf(id)} →`,
      sources: [startOf(id)],
      targets: [initial as string],
    }));
  return { id: '', children, edges: [...starts, ...merged(leading)], layoutOptions: LAYOUT };
};

export interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly id: string;
  /** Of an SVG path, its corners rounded. */
  readonly path: string;
  readonly label: {
    readonly x: number;
    readonly y: number;
    readonly lines: readonly string[];
  } | null;
}

/** A chart in place. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Outer ones first. */
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

const CORNER = 6;

/** Straight pieces with round corners. */
const pathOf = (points: readonly ElkPoint[]): string => {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const parts = [`M${first.x} ${first.y}`];
  rest.forEach((corner, at) => {
    const next = rest[at + 1];
    const last = points[at] as ElkPoint;
    if (next === undefined) {
      parts.push(`L${corner.x} ${corner.y}`);
      return;
    }
    const [a, b] = [towards(corner, last), towards(corner, next)];
    parts.push(`L${a.x} ${a.y}Q${corner.x} ${corner.y} ${b.x} ${b.y}`);
  });
  return parts.join('');
};

const towards = (from: ElkPoint, to: ElkPoint): ElkPoint => {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const share = Math.min(CORNER, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
};

/** What elkjs made of a graph, as it is drawn. */
export const drawingOf = (laidOut: ElkNode): Drawing => {
  const boxes: Box[] = [];
  const visit = ({ id, x = 0, y = 0, width = 0, height = 0, children = [] }: ElkNode): void => {
    if (id !== '') boxes.push({ id, x, y, width, height });
    children.forEach(visit);
  };
  visit(laidOut);
  const lines = (laidOut.edges ?? []).map(({ id, sections = [], labels = [] }): Line => {
    const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [
      startPoint,
      ...bendPoints,
      endPoint,
    ]);
    const [label] = labels;
    return {
      id,
      path: pathOf(points),
      label:
        label === undefined
          ? null
          : { x: (label.x ?? 0) + label.width / 2, y: label.y ?? 0, lines: label.text.split('\n') },
    };
  });
  return { width: laidOut.width ?? 0, height: laidOut.height ?? 0, boxes, lines };
};
