import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { AnyStateMachine } from 'xstate';
import { TiesError } from '../protocol/errors.ts';
import { definitionOf } from '../transports/inspect/definition.ts';
import { type Chart, chartOf } from '../web/model/chart.ts';
import { drawingOf, type ElkNode, graphOf } from '../web/model/graph.ts';
import { protocolMachines } from './machines/all.ts';
import { mermaid } from './machines/mermaid.ts';
import { svgOf } from './machines/svg.ts';

/** `ties machines`: every protocol's chart as a file. */
export const machinesCommand = (): Command =>
  new Command('machines')
    .description('Write the chart of every protocol as SVG and as Mermaid')
    .argument('<directory>', 'where to; it is made if it is not there')
    .addOption(new Option('--only <format>', 'one of the two').choices(['svg', 'mermaid']))
    .action(async (directory: string, { only }: { readonly only?: 'svg' | 'mermaid' }) => {
      mkdirSync(directory, { recursive: true });
      const layOut = only === 'mermaid' ? async () => '' : await layouter();
      for (const machine of protocolMachines) {
        if (only !== 'mermaid') write(directory, `${machine.id}.svg`, await layOut(machine));
        if (only !== 'svg') write(directory, `${machine.id}.mmd`, `${mermaid(machine)}\n`);
      }
    });

const write = (directory: string, name: string, text: string): void => {
  writeFileSync(join(directory, name), text);
  process.stdout.write(`${join(directory, name)}\n`);
};

/** elkjs is for who writes documents: a device does without its 8 MB. */
const layouter = async (): Promise<(machine: AnyStateMachine) => Promise<string>> => {
  const { default: Elk } = await import('elkjs').catch((cause: unknown) => {
    throw new TiesError(
      'MACHINES_NO_LAYOUT',
      'Charts are laid out by elkjs, which is not installed: type npm install elkjs.',
      { cause },
    );
  });
  const elk = new (Elk as unknown as new () => { layout(graph: ElkNode): Promise<ElkNode> })();
  return async (machine) => {
    const chart = chartOf(definitionOf(machine) as string) as Chart;
    return svgOf(chart, drawingOf(await elk.layout(graphOf(chart))));
  };
};
