import { durationText, percentText } from '../model/format.ts';
import { type NetworkRow, networkRows, places, type Spot } from '../model/network.ts';
import { Mark, MarkAt, toneOf } from './mark.tsx';
import { Plot } from './plot.tsx';
import type { Store } from './store.ts';

const RADIUS = 165;
/** Around the outermost devices. */
const MARGIN = 32;

export const NetworkView = ({ store }: { store: Store }) => {
  const rows = networkRows(store.actors, store.network);
  if (rows.length === 0) return <p class="empty">No device has been seen yet.</p>;
  return (
    <div class="devices">
      {!store.choice.asTable && <NetworkPicture rows={rows} />}
      <NetworkTable rows={rows} store={store} />
    </div>
  );
};

const range = (values: readonly number[]): readonly [number, number] => [
  Math.min(...values) - MARGIN,
  Math.max(...values) + MARGIN,
];

const NetworkPicture = ({ rows }: { rows: readonly NetworkRow[] }) => {
  const spots = new Map(places(rows).map((spot) => [spot.device, spot]));
  const at = ({ x, y }: Spot) => ({ x: x * RADIUS, y: y * RADIUS });
  const all = [...spots.values()].map(at);
  const [left, right] = range(all.map(({ x }) => x));
  const [top, bottom] = range(all.map(({ y }) => y));
  const line = (from: string, to: string, kind: string) => {
    const [a, b] = [spots.get(from), spots.get(to)];
    if (a === undefined || b === undefined) return null;
    const [start, end] = [at(a), at(b)];
    return (
      <line key={`${from} ${to}`} class={kind} x1={start.x} y1={start.y} x2={end.x} y2={end.y} />
    );
  };
  const isNamed = rows.length <= 40;
  return (
    <svg
      class="map"
      viewBox={`${left} ${top} ${right - left} ${bottom - top}`}
      style={{ width: `${right - left}px` }}
      role="img"
      aria-label="Devices and who shares keys, told in the table"
    >
      {rows.map(({ device, state }) =>
        state === 'running.member' ? line(device, 'CE', 'member') : null,
      )}
      {rows.flatMap(({ device, sessions }) =>
        sessions
          .filter(({ peer }) => device < peer)
          .map(({ peer, is }) => line(device, peer, `session ${is}`)),
      )}
      {[...spots.values()].map((spot) => {
        const { x, y } = at(spot);
        return (
          <g key={spot.device} class={`spot ${toneOf(spot.health)}`}>
            <circle cx={x} cy={y} r={isNamed ? 17 : 7} />
            {isNamed && (
              <>
                <text x={x} y={y + 4}>
                  {spot.device}
                </text>
                <MarkAt is={spot.health} x={x + 14} y={y - 13} />
              </>
            )}
          </g>
        );
      })}
    </svg>
  );
};

const NetworkTable = ({ rows, store }: { rows: readonly NetworkRow[]; store: Store }) => (
  <table>
    <caption>Devices, as the network knows them</caption>
    <thead>
      <tr>
        <th scope="col">device</th>
        <th scope="col" class="number">
          address
        </th>
        <th scope="col">state</th>
        <th scope="col">sessions</th>
        <th scope="col" class="number">
          RSSI
        </th>
        <th scope="col" class="number">
          SNR
        </th>
        <th scope="col" class="number">
          air left
        </th>
        <th scope="col" class="number">
          refused
        </th>
        <th scope="col">readings</th>
      </tr>
    </thead>
    <tbody>
      {rows.map(
        ({ device, address, state, health, sessions, hearing, duty, refused, readings }) => (
          <tr key={device} aria-current={store.choice.device === device}>
            <th scope="row">{device}</th>
            <td class="number">{address ?? '–'}</td>
            <td>
              <Mark is={health} /> {state || 'off'}
            </td>
            <td>
              {sessions.map(({ peer, is }) => (
                <span key={peer} class="session">
                  <Mark is={is === 'confirmed' ? 'authenticated' : 'waiting'} label={is} /> {
                    peer
                  }{' '}
                </span>
              ))}
            </td>
            <td class="number">{hearing === null ? '–' : `${hearing.rssiDbm.toFixed(0)} dBm`}</td>
            <td class="number">{hearing === null ? '–' : `${hearing.snrDb.toFixed(1)} dB`}</td>
            <td class="number" title={duty === null ? '' : durationText(duty.leftMs)}>
              {duty === null ? '–' : percentText(duty.leftMs / (duty.leftMs + duty.usedMs || 1))}
            </td>
            <td class="number">{refused}</td>
            <td>
              <Plot readings={readings} />
            </td>
          </tr>
        ),
      )}
    </tbody>
  </table>
);
