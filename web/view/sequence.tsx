import { useEffect, useRef, useState } from 'preact/hooks';
import { bytesText, durationText, momentText } from '../model/format.ts';
import { causedBy, type Fate, fateOf, fieldsOf } from '../model/messages.ts';
import { type Sequence, type SequenceRow, sequence } from '../model/sequence.ts';
import { Mark, MarkAt, toneOf } from './mark.tsx';
import type { Store } from './store.ts';

const ROW = 34;
const HEAD = 30;
const GUTTER = 74;
const MIN_LANE = 108;
/** Rows beyond the window that are drawn, so that scrolling shows no gaps. */
const BEYOND = 6;
/** A pause longer than this is told. */
const LONG_PAUSE_MS = 1_000;

const current = (store: Store): Sequence =>
  sequence(store.journal.messages, {
    nowMs: store.nowMs,
    device: store.choice.device,
    search: store.choice.search,
  });

const fateText = (fate: Fate): string =>
  fate.is === 'refused' ? `refused: ${fate.reason}` : fate.is;

const words = ({ message }: SequenceRow): string => {
  const { name, bytes, airtimeMs, retransmissions } = message;
  const again = retransmissions === 0 ? '' : `, ${retransmissions} again`;
  return `${name ?? '?'}  ${bytesText(bytes)}  ${durationText(airtimeMs)}${again}`;
};

/** Devices as lanes, messages in the order they were begun. */
export const SequenceView = ({ store }: { store: Store }) => {
  const shown = current(store);
  if (store.choice.asTable) return <SequenceTable store={store} shown={shown} />;
  return <SequencePicture store={store} shown={shown} />;
};

interface Props {
  readonly store: Store;
  readonly shown: Sequence;
}

const SequencePicture = ({ store, shown }: Props) => {
  const { lanes, rows } = shown;
  const frame = useRef<HTMLElement>(null);
  const [view, setView] = useState({ top: 0, height: 600, width: 600 });
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const look = (): void => {
    const { scrollTop, clientHeight, clientWidth, scrollHeight } = frame.current as HTMLElement;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - 2 * ROW;
    // What came since it was scrolled to the end does not mean that somebody has left it.
    atEnd.current = isAtEnd || (atEnd.current && scrollTop >= lastTop.current);
    lastTop.current = scrollTop;
    setView({ top: scrollTop, height: clientHeight, width: clientWidth });
  };
  useEffect(() => {
    if (frame.current !== null) frame.current.scrollTop = frame.current.scrollHeight;
    look();
    addEventListener('resize', look);
    return () => removeEventListener('resize', look);
  }, []);
  useEffect(() => {
    if (atEnd.current && frame.current !== null)
      frame.current.scrollTop = frame.current.scrollHeight;
  }, [rows.length]);
  const width = Math.max(view.width - 4, GUTTER + lanes.length * MIN_LANE);
  const lane = (width - GUTTER) / Math.max(1, lanes.length);
  const xOf = (at: number): number => GUTTER + lane * (at + 0.5);
  const first = Math.max(0, Math.floor(view.top / ROW) - BEYOND);
  const visible = rows.slice(first, first + Math.ceil(view.height / ROW) + 2 * BEYOND);
  const height = rows.length * ROW + 20;
  return (
    <section class="sequence" ref={frame} onScroll={look} aria-label="Messages between devices">
      <div class="lanes" style={{ width: `${width}px` }} aria-hidden="true">
        {lanes.map((name, at) => (
          <span key={name} style={{ left: `${xOf(at)}px`, width: `${lane}px` }}>
            {name}
          </span>
        ))}
      </div>
      <svg width={width} height={height}>
        <title>Sequence chart</title>
        {lanes.map((name, at) => (
          <line
            key={name}
            class="life"
            x1={xOf(at)}
            x2={xOf(at)}
            y1={view.top - HEAD}
            y2={view.top + view.height}
          />
        ))}
        {visible.map((row, at) => (
          <Arrow
            key={row.message.id}
            row={row}
            y={(first + at) * ROW + 24}
            {...{ store, xOf, lanes }}
          />
        ))}
      </svg>
    </section>
  );
};

interface ArrowProps {
  readonly store: Store;
  readonly row: SequenceRow;
  readonly y: number;
  readonly lanes: readonly string[];
  readonly xOf: (lane: number) => number;
}

const Arrow = ({ store, row, y, lanes, xOf }: ArrowProps) => {
  const { message, from, to, pauseMs } = row;
  const fate = fateOf(message, store.openings, store.nowMs);
  const x1 = xOf(from);
  const broadcast = to < 0;
  const [left, right] = broadcast ? [xOf(0), xOf(lanes.length - 1)] : [x1, xOf(to)];
  const x2 = broadcast ? right : xOf(to);
  const towards = Math.sign(x2 - x1) || 1;
  const isChosen = store.choice.message === message.id;
  const choose = (): void => store.choose({ message: message.id });
  const spoken = `${message.device} to ${message.to}, ${fateText(fate)}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a drawing.
    <g
      class={`message ${toneOf(fate.is)} ${isChosen ? 'chosen' : ''}`}
      role="button"
      tabindex={0}
      aria-pressed={isChosen}
      data-message={message.name ?? '?'}
      onClick={choose}
      onKeyDown={({ key }) => (key === 'Enter' ? choose() : undefined)}
    >
      <title>{spoken}</title>
      <rect class="hit" x={0} y={y - 21} width={xOf(lanes.length)} height={ROW} />
      <text class="moment" x={GUTTER - 8} y={y + 4}>
        {momentText(message.atMs)}
      </text>
      {pauseMs > LONG_PAUSE_MS && (
        <line class="pause" x1={4} x2={GUTTER - 8} y1={y - 17} y2={y - 17} />
      )}
      {broadcast ? (
        <line class="arrow" x1={left} x2={right} y1={y} y2={y} />
      ) : (
        <>
          <line
            class={fate.is === 'in flight' ? 'arrow moving' : 'arrow'}
            x1={x1}
            x2={x2 - towards * 10}
            y1={y}
            y2={y}
          />
          <path
            class="tip"
            d={`M${x2 - towards * 10} ${y - 4}L${x2 - towards * 2} ${y}L${x2 - towards * 10} ${y + 4}Z`}
          />
        </>
      )}
      <circle class="origin" cx={x1} cy={y} r={3} />
      {broadcast &&
        lanes.map((name, at) =>
          at === from ? null : <circle key={name} class="everyone" cx={xOf(at)} cy={y} r={3} />,
        )}
      <text class="words" x={(Math.min(left, right) + Math.max(left, right)) / 2} y={y - 6}>
        {words(row)}
      </text>
      {fate.is !== 'authenticated' && <MarkAt is={fate.is} x={x2 + towards * 10} y={y} />}
    </g>
  );
};

const SequenceTable = ({ store, shown: { rows } }: Props) => (
  <table>
    <caption>Messages, the last first</caption>
    <thead>
      <tr>
        {['at', 'from', 'to', 'message'].map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
        {['bytes', 'frames', 'on air', 'again'].map((name) => (
          <th key={name} scope="col" class="number">
            {name}
          </th>
        ))}
        <th scope="col">became</th>
      </tr>
    </thead>
    <tbody>
      {rows
        .slice(-300)
        .reverse()
        .map(({ message }) => {
          const fate = fateOf(message, store.openings, store.nowMs);
          return (
            <tr key={message.id}>
              <td class="number">{momentText(message.atMs)}</td>
              <td>{message.device}</td>
              <td>{message.to}</td>
              <td>
                <button type="button" onClick={() => store.choose({ message: message.id })}>
                  {message.name ?? '?'}
                </button>
              </td>
              <td class="number">{message.bytes}</td>
              <td class="number">{message.frames}</td>
              <td class="number">{durationText(message.airtimeMs)}</td>
              <td class="number">{message.retransmissions}</td>
              <td>
                <Mark is={fate.is} /> {fateText(fate)}
              </td>
            </tr>
          );
        })}
    </tbody>
  </table>
);

/** One message, taken apart, and what came of it. */
export const MessageDetails = ({ store }: { store: Store }) => {
  const { message } = store;
  if (message === null) return <p class="empty">Choose a message to see what it says.</p>;
  const fate = fateOf(message, store.openings, store.nowMs);
  const fields = fieldsOf(message, store.openings);
  const cause = causedBy(message, store.openings, store.journal.happenings);
  return (
    <div class="details" data-test="message">
      <h2>
        <Mark is={fate.is} /> {message.name ?? 'a message'} · {message.device} → {message.to}
      </h2>
      <dl class="fields">
        <div>
          <dt>became</dt>
          <dd>{fateText(fate)}</dd>
        </div>
        <div>
          <dt>on the link</dt>
          <dd>
            {momentText(message.atMs)}, for {durationText(message.endMs - message.atMs)}
          </dd>
        </div>
        <div>
          <dt>on air</dt>
          <dd>
            {durationText(message.airtimeMs)}, {bytesText(message.bytes)} in {message.frames} frames
          </dd>
        </div>
        <div>
          <dt>again</dt>
          <dd>
            {message.retransmissions}, {message.acks} acknowledgements
          </dd>
        </div>
      </dl>
      {(['header', 'clear', 'sealed'] as const).map((part) => {
        const its = fields.filter((field) => field.part === part);
        return its.length === 0 ? null : (
          <section key={part}>
            <h3>{part === 'header' ? 'Header' : part === 'clear' ? 'In clear' : 'Sealed'}</h3>
            <dl class="fields">
              {its.map(({ name, value }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
      {cause !== null && (
        <p>
          <button
            type="button"
            class="link"
            data-test="cause"
            onClick={() =>
              store.choose({ view: 'machines', actor: cause.sessionId, atMs: cause.atMs })
            }
          >
            See the transition it caused
          </button>
        </p>
      )}
    </div>
  );
};
