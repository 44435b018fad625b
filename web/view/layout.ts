import ELK from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { type Chart, chartOf } from '../model/chart.ts';
import { type Drawing, drawingOf, type ElkNode, graphOf } from '../model/graph.ts';

export interface Laid {
  readonly chart: Chart;
  /** Null while it is being laid out. */
  drawing: Drawing | null;
}

let elk: InstanceType<typeof ELK> | null = null;
const known = new Map<string, Laid | null>();

/** A definition's chart, laid out once beside the page's own work; `done` when it is in place. */
export const laidOut = (definition: string, done: () => void): Laid | null => {
  const before = known.get(definition);
  if (before !== undefined) return before;
  const chart = chartOf(definition);
  const laid: Laid | null = chart === null ? null : { chart, drawing: null };
  known.set(definition, laid);
  if (laid !== null) void layOut(laid).then(done);
  return laid;
};

const layOut = async (laid: Laid): Promise<void> => {
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  const graph = (await elk.layout(graphOf(laid.chart) as never)) as unknown as ElkNode;
  laid.drawing = drawingOf(graph);
};
