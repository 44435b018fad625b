import { useEffect, useRef, useState } from 'preact/hooks';
import { type Actor, healthOf } from '../model/actors.ts';
import { activeStates, type Chart, type ChartState, takenEdge } from '../model/chart.ts';
import {
  ANYWHERE,
  type Box,
  type Drawing,
  edgeKey,
  edgeText,
  isStart,
  LINE_HEIGHT,
  NAME_HEIGHT,
  stateLines,
} from '../model/graph.ts';
import { toneOf } from './mark.tsx';
import { usePanZoom } from './pan-zoom.ts';

const PADDING = 20;

interface Props {
  readonly chart: Chart;
  readonly drawing: Drawing;
  readonly actor: Actor;
}

/** A machine as a statechart: where it is, and the transition that led there. */
export const ChartPicture = ({ chart, drawing, actor }: Props) => {
  const frame = useRef<SVGSVGElement>(null);
  const width = drawing.width + 2 * PADDING;
  const height = drawing.height + 2 * PADDING;
  const { transform, handlers, show } = usePanZoom(frame, { width, height });
  const [fitted, setFitted] = useState<Drawing | null>(null);
  useEffect(() => {
    if (fitted === drawing) return;
    show();
    setFitted(drawing);
  }, [drawing, fitted, show]);
  const active = activeStates(actor.value);
  const taken = takenEdge(chart, { event: actor.event ?? '', from: actor.before, to: actor.value });
  const takenLine = taken === null ? null : edgeKey(taken);
  const states = new Map(chart.states.map((state) => [state.id, state]));
  const tone = toneOf(healthOf(actor));
  return (
    <svg
      ref={frame}
      class="chart"
      tabindex={0}
      role="application"
      aria-label={`Chart of ${chart.id}`}
      {...handlers}
    >
      <defs>
        {['edge', 'taken'].map((kind) => (
          <marker
            key={kind}
            id={`head-${kind}`}
            viewBox="0 0 8 8"
            refX="7.5"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path class={`head ${kind}`} d="M0 .5 8 4 0 7.5z" />
          </marker>
        ))}
      </defs>
      <g transform={transform}>
        <g transform={`translate(${PADDING} ${PADDING})`}>
          {drawing.boxes.map((box) => (
            <StateBox
              key={box.id}
              box={box}
              chart={chart}
              state={states.get(box.id)}
              isActive={active.has(box.id)}
              tone={tone}
            />
          ))}
          {drawing.lines.map(({ id, path }) => (
            <path
              key={id}
              class={id === takenLine ? 'edge taken' : 'edge'}
              d={path}
              marker-end={`url(#head-${id === takenLine ? 'taken' : 'edge'})`}
            />
          ))}
          {takenLine !== null && (
            <path
              key={`${actor.id} ${actor.movedMs}`}
              class="pulse"
              pathLength={100}
              d={drawing.lines.find(({ id }) => id === takenLine)?.path ?? ''}
            />
          )}
          {drawing.lines.map(({ id, label }) =>
            label === null ? null : (
              <text
                key={id}
                class={id === takenLine ? 'label taken' : 'label'}
                x={label.x}
                y={label.y}
              >
                {label.lines.map((line, at) => (
                  <tspan key={line} x={label.x} y={label.y + LINE_HEIGHT * (at + 0.78)}>
                    {line}
                  </tspan>
                ))}
              </text>
            ),
          )}
        </g>
      </g>
    </svg>
  );
};

interface BoxProps {
  readonly box: Box;
  readonly chart: Chart;
  readonly state: ChartState | undefined;
  readonly isActive: boolean;
  readonly tone: string;
}

const StateBox = ({ box, chart, state, isActive, tone }: BoxProps) => {
  const { id, x, y, width, height } = box;
  if (isStart(id)) return <circle class="start" cx={x + 5} cy={y + 5} r={4.5} />;
  if (id === ANYWHERE || state === undefined)
    return (
      <text class="anywhere" x={x + width / 2} y={y + 17}>
        any state
      </text>
    );
  const lines = stateLines(chart, state);
  const isLeaf = state.children.length === 0;
  return (
    <g
      class={`state ${state.kind} ${isActive ? `active ${tone}` : ''}`}
      data-state={id}
      data-active={isActive}
    >
      <rect x={x} y={y} width={width} height={height} rx={6} />
      {state.kind === 'final' && (
        <rect class="inner" x={x + 3} y={y + 3} width={width - 6} height={height - 6} rx={4} />
      )}
      {isActive && isLeaf && <circle class="lit" cx={x + 11} cy={y + 16} r={3.5} />}
      <text
        class="name"
        x={x + (isLeaf ? width / 2 + (isActive ? 5 : 0) : 12)}
        y={y + 20}
        text-anchor={isLeaf ? 'middle' : 'start'}
      >
        {state.name}
      </text>
      {lines.map((line, at) => (
        <text
          key={line}
          class="does"
          x={x + (isLeaf ? width / 2 : 12)}
          y={y + NAME_HEIGHT + LINE_HEIGHT * (at + 0.6)}
          text-anchor={isLeaf ? 'middle' : 'start'}
        >
          {line.length > 44 ? `${line.slice(0, 43)}…` : line}
        </text>
      ))}
    </g>
  );
};

/** The same as rows. */
export const ChartTable = ({ chart, actor }: Omit<Props, 'drawing'>) => {
  const active = activeStates(actor.value);
  const taken = takenEdge(chart, { event: actor.event ?? '', from: actor.before, to: actor.value });
  return (
    <table>
      <caption>
        Transitions of {chart.id}; it is in{' '}
        {[...active].filter((id) => id !== '').join(', ') || 'no state that is known'}
      </caption>
      <thead>
        <tr>
          <th scope="col">from</th>
          <th scope="col">event</th>
          <th scope="col">to</th>
          <th scope="col">and does</th>
        </tr>
      </thead>
      <tbody>
        {chart.edges
          .filter(({ to, actions }) => to !== null || actions.length > 0)
          .map((edge) => (
            <tr key={edge.id} aria-current={edge.id === taken?.id}>
              <td>{edge.from === '' ? 'any state' : edge.from}</td>
              <td>{edgeText(edge) || 'at once'}</td>
              <td>{edge.to ?? '–'}</td>
              <td>{edge.actions.join(', ')}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
};
