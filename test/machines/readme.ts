import { basename, dirname } from 'node:path';
import type { AnyStateMachine } from 'xstate';
import { finalStates, initialState } from '../../cli/machines/chart.ts';
import { mermaid } from '../../cli/machines/mermaid.ts';
import { between } from '../between.ts';
import type { Entry } from './catalogue.ts';

const BEGIN = '<!-- charts: made by `npm run charts` from the machines -->';
const END = '<!-- charts: end -->';

/** The README with what stands between the markers replaced. */
export const withCharts = (readme: string, made: string): string =>
  between(readme, BEGIN, END, `\n${made}\n`);

/** The charts of one protocol, a section a role. */
export const charts = (entries: readonly Entry[]): string =>
  entries
    .map(({ machine, file }) => {
      const name = basename(file);
      return `## ${machine.id}\n\n[${name}](${name})\n\n\`\`\`mermaid\n${mermaid(machine)}\n\`\`\``;
    })
    .join('\n\n');

const endings = (machine: AnyStateMachine): string => {
  const names = finalStates(machine);
  return names.length === 0 ? `rests in ${initialState(machine)}` : names.join(', ');
};

/** Every chart in a line: what it asks of its host, and how it ends. */
export const index = (entries: readonly Entry[]): string =>
  [
    '| chart | asks its host to | ends as |',
    '|---|---|---|',
    ...entries.map(({ machine, file }) => {
      const actors = Object.keys(machine.implementations.actors).join(', ');
      return `| [${machine.id}](${dirname(file)}/README.md#${anchor(machine.id)}) | ${actors} | ${endings(machine)} |`;
    }),
  ].join('\n');

/** GitHub's anchor of a heading. */
const anchor = (heading: string): string => heading.toLowerCase().replaceAll('.', '');
