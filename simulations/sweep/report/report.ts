import { scenarios } from '../../scenarios/all.ts';
import type { Results } from '../folder.ts';
import type { Chart, Plan } from '../plan.ts';
import type { OutputSpec } from '../scenario.ts';
import { type Cell, cellsOf } from '../summary.ts';
import { drawBars } from './bars.ts';
import { drawLines } from './lines.ts';
import { seriesOf } from './points.ts';
import { STYLE } from './style.ts';
import { escaped } from './svg.ts';
import { tableOf } from './table.ts';

/** One page, whole in itself: it asks nobody for anything. */
export const reportOf = ({ manifest, rows }: Results): string => {
  const { plan } = manifest;
  const { about, outputs } = scenarios[plan.scenario] as (typeof scenarios)[string];
  const cells = cellsOf(rows);
  const shard =
    manifest.shard.of === 1 ? '' : ` of shard ${manifest.shard.number}/${manifest.shard.of}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(plan.title)}</title><style>${STYLE}</style></head><body><main>
<h1>${escaped(plan.title)}</h1>
<p class="lead">${escaped(plan.question)}</p>
<p>${escaped(about)} ${rows.length} runs${shard}: ${cells.length} settings, ${plan.repeats} ${plan.repeats === 1 ? 'time' : 'times'} each, seeds ${manifest.seeds.join(' to ')}. Bands, bars and ± are 95 % confidence intervals of the mean (Student’s t).</p>
${listOf(plan.notes)}
${plan.charts.map((chart) => figureOf(chart, cells, outputs)).join('\n')}
<h2>All settings</h2>
<div class="wide">${tableOf(cells, outputs)}</div>
<h2>What was measured</h2>
<dl>${outputList(plan, outputs)}</dl>
<h2>To have it again</h2>
<pre>${escaped(manifest.command)}</pre>
<dl>${origin(manifest)}</dl>
</main></body></html>
`;
};

const listOf = (notes: readonly string[]): string =>
  notes.length === 0 ? '' : `<ul>${notes.map((note) => `<li>${escaped(note)}</li>`).join('')}</ul>`;

function figureOf(
  chart: Chart,
  cells: readonly Cell[],
  outputs: Readonly<Record<string, OutputSpec>>,
): string {
  const series = seriesOf(chart, cells).filter(({ points }) => points.length > 0);
  const unit = outputs[chart.y]?.unit ?? '';
  const drawn =
    series.length === 0
      ? '<p>No run gave a value.</p>'
      : chart.kind === 'bars'
        ? drawBars(chart, series, unit)
        : drawLines(chart, series, unit);
  return `<figure><figcaption>${escaped(chart.title)}</figcaption>${drawn}</figure>`;
}

const entry = (name: string, what: string): string =>
  `<dt>${escaped(name)}</dt><dd>${escaped(what)}</dd>`;

const outputList = (plan: Plan, outputs: Readonly<Record<string, OutputSpec>>): string =>
  Object.entries(outputs)
    .filter(([name]) => plan.outputs?.includes(name) ?? true)
    .map(([name, { unit, about, isMeasured }]) =>
      entry(
        unit === '' ? name : `${name}, ${unit}`,
        isMeasured ? `${about} Measured on the machine below, not of the simulated world.` : about,
      ),
    )
    .join('');

const origin = ({ commit, configHash, versions, machine, begunAt, endedAt }: Results['manifest']) =>
  [
    entry('commit', commit ?? 'not known'),
    entry('configuration', `SHA-256 ${configHash}`),
    entry(
      'versions',
      Object.entries(versions)
        .map((pair) => pair.join(' '))
        .join(', '),
    ),
    entry('machine', machine),
    entry('run', `${begunAt} to ${endedAt}`),
  ].join('');
