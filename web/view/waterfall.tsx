import { PAPER } from '../../protocol/paper.ts';
import { durationText, momentText, secondsText } from '../model/format.ts';
import { besidePaper, type Run, runs, type Totals } from '../model/waterfall.ts';
import { Mark } from './mark.tsx';
import type { Store } from './store.ts';

const MOST = 40;
const COLUMNS: readonly (readonly [keyof Totals, string])[] = [
  ['queueMs', 'queue'],
  ['tpmMs', 'TPM'],
  ['airtimeMs', 'airtime'],
  ['turnaroundMs', 'turnaround'],
  ['peerMs', 'others’ TPM'],
  ['waitingMs', 'waiting'],
];

/** Where the time of each protocol run went, beside what the paper measured. */
export const Waterfall = ({ store }: { store: Store }) => {
  const { actors, network, tpm, nowMs, choice, journal } = store;
  const shown = runs(
    {
      ...{ actors, nowMs, messages: journal.messages, tpm: tpm.spans, device: choice.device },
      deviceOf: (address) => network.addresses.get(address) ?? null,
    },
    MOST,
  );
  const longestMs = Math.max(1, ...shown.map(({ startMs, endMs }) => endMs - startMs));
  const rows = besidePaper(actors, PAPER);
  return (
    <div class="waterfall">
      <table>
        <caption>Mean seconds that a party is at it, beside the paper’s Table 2</caption>
        <thead>
          <tr>
            <th scope="col">procedure</th>
            {['CE', 'requesting', 'other'].map((party) => (
              <th key={party} scope="col" class="number">
                {party}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ procedure, seconds }) => (
            <tr key={procedure}>
              <th scope="row">{procedure}</th>
              {seconds.map((each, at) => (
                <td key={COLUMNS[at]?.[0]} class="number">
                  {secondsText(each)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {choice.asTable ? (
        <RunTable shown={shown} />
      ) : (
        <RunBars shown={shown} longestMs={longestMs} />
      )}
    </div>
  );
};

const RunBars = ({ shown, longestMs }: { shown: readonly Run[]; longestMs: number }) => (
  <ol class="runs" aria-label="Protocol runs, the last first">
    {shown.map(({ id, device, title, startMs, endMs, health, segments }) => (
      <li key={id}>
        <span class="title">
          <Mark is={health} /> {device} {title}
        </span>
        <span class="moment">{momentText(startMs)}</span>
        <svg
          class="bar"
          viewBox="0 0 1000 18"
          preserveAspectRatio="none"
          role="img"
          aria-label={`${durationText(endMs - startMs)}: ${segments.length} parts, told in the table`}
        >
          {segments.map((segment) => (
            <rect
              key={segment.startMs}
              class={segment.on}
              x={(1000 * (segment.startMs - startMs)) / longestMs}
              width={Math.max(1, (1000 * (segment.endMs - segment.startMs)) / longestMs)}
              y={segment.on === 'waiting' ? 8 : segment.on === 'air' ? 0 : 3}
              height={segment.on === 'waiting' ? 2 : segment.on === 'air' ? 18 : 12}
            >
              <title>{`${segment.what || 'waiting'}, ${durationText(segment.endMs - segment.startMs)}`}</title>
            </rect>
          ))}
        </svg>
        <span class="took">{durationText(endMs - startMs)}</span>
      </li>
    ))}
    {shown.length > 0 && (
      <li class="words">
        tall: on the link · solid: its TPM · pale: another’s TPM · thin: waiting
      </li>
    )}
    {shown.length === 0 && <li class="empty">No protocol run has begun.</li>}
  </ol>
);

const RunTable = ({ shown }: { shown: readonly Run[] }) => (
  <table>
    <caption>Protocol runs, the last first</caption>
    <thead>
      <tr>
        <th scope="col">device</th>
        <th scope="col">run</th>
        <th scope="col" class="number">
          began
        </th>
        <th scope="col" class="number">
          took
        </th>
        {COLUMNS.map(([key, name]) => (
          <th key={key} scope="col" class="number">
            {name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {shown.map(({ id, device, title, startMs, endMs, health, totals }) => (
        <tr key={id}>
          <td>{device}</td>
          <td>
            <Mark is={health} /> {title}
          </td>
          <td class="number">{momentText(startMs)}</td>
          <td class="number">{durationText(endMs - startMs)}</td>
          {COLUMNS.map(([key]) => (
            <td key={key} class="number">
              {durationText(totals[key])}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
