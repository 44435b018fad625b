import { PAPER } from '../../protocol/paper.ts';
import { durationText, momentText, secondsText } from '../model/format.ts';
import { besidePaper, type Run, runs, type Segment, type Totals } from '../model/waterfall.ts';
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

/** A bar has at least so many pixels where names are shown in it, and a letter no more than this. */
const BAR_PX = 600;
const LETTER_PX = 6;

interface BarsProps {
  readonly shown: readonly Run[];
  readonly longestMs: number;
}

const RunBars = ({ shown, longestMs }: BarsProps) => (
  <ol class="runs" aria-label="Protocol runs, the last first">
    {shown.map(({ id, device, title, startMs, endMs, health, segments }) => (
      <li key={id}>
        <span class="title">
          <Mark is={health} /> {device} {title}
        </span>
        <span class="moment">{momentText(startMs)}</span>
        <div
          class="bar"
          role="img"
          aria-label={`${durationText(endMs - startMs)}: ${segments.length} parts, told in the table`}
        >
          {segments.map((segment) => (
            <Part
              key={segment.startMs}
              {...{ segment, device }}
              left={(segment.startMs - startMs) / longestMs}
              width={(segment.endMs - segment.startMs) / longestMs}
            />
          ))}
        </div>
        <span class="took">{durationText(endMs - startMs)}</span>
      </li>
    ))}
    {shown.length === 0 && <li class="empty">No protocol run has begun.</li>}
  </ol>
);

interface PartProps {
  readonly segment: Segment;
  /** Whose run it is. */
  readonly device: string;
  /** Shares of the longest run. */
  readonly left: number;
  readonly width: number;
}

/** The message; the operation, or that it is one of the device's own TPM or of whose. */
const namesOf = (on: Segment['on'], what: string, device: string): readonly string[] => {
  const [first = ''] = what.split(' ');
  if (on === 'waiting') return [];
  if (on === 'air') return [first];
  return on === 'tpm' ? [what.slice(device.length + 1), 'TPM'] : [what, first];
};

/** What a part of a run was spent on, named where there is room. */
const Part = ({ segment: { on, what, startMs, endMs }, device, left, width }: PartProps) => {
  const name = namesOf(on, what, device).find(
    ({ length }) => (length + 1) * LETTER_PX < width * BAR_PX,
  );
  return (
    <span
      class={on}
      style={{ left: `${100 * left}%`, width: `${100 * width}%` }}
      title={`${what || 'waiting'}, ${durationText(endMs - startMs)}`}
    >
      {name}
    </span>
  );
};

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
