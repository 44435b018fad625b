import type { Command } from 'commander';
import { ask, Refusal } from '../control-client.ts';
import { type LabelRow, readLabels } from '../label/csv.ts';
import { givenLabel } from '../label/given.ts';
import { readSecret } from '../label/secret-file.ts';
import { EXIT, operate } from '../operate.ts';
import { control, type Options } from './command.ts';

export const admitCommand = (): Command =>
  control('admit', 'Let the devices of labels join, at the Central Entity')
    .argument('[label]', 'the label; - reads it from standard input, as others see arguments')
    .option('--csv <file>', 'admit the labels of a table, and name their devices as it says')
    .action(async (given: string | undefined, options: Options & { readonly csv?: string }) => {
      const { socket, json, csv } = options;
      if (csv === undefined)
        await operate(json, {
          answer: async () => {
            const label = await givenLabel(given);
            return ask<{ devId: string }>(socket, { do: 'admit', label });
          },
          text: ({ devId }) => `Device ${devId} may join while the window is open.`,
        });
      else
        await operate(json, {
          answer: async () => ({ rows: await admitAll(socket, readLabels(readSecret(csv))) }),
          text: ({ rows }) => rows.map(rowText).join('\n'),
          exit: ({ rows }) => (rows.every(({ code }) => code === null) ? EXIT.done : EXIT.refused),
        });
    });

/** What became of one row; `code` is null where its device may join. */
interface Admitted {
  readonly line: number;
  readonly device: string;
  readonly code: string | null;
  readonly message: string | null;
}

/** One after the other; what is wrong with one row keeps no other out. */
const admitAll = async (
  socket: string,
  labels: readonly LabelRow[],
): Promise<readonly Admitted[]> => {
  const rows: Admitted[] = [];
  for (const row of labels) rows.push(await admitRow(socket, row));
  return rows;
};

const admitRow = async (
  socket: string,
  { line, device, label, name }: LabelRow,
): Promise<Admitted> => {
  try {
    const { devId } = await ask<{ devId: string }>(socket, { do: 'admit', label });
    const id = devId.slice(0, 16);
    if (name !== '') await ask(socket, { do: 'rename', device: id, name });
    return { line, device: id, code: null, message: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message } = error;
    return { line, device, code, message };
  }
};

const rowText = ({ line, device, code, message }: Admitted): string =>
  code === null
    ? `line ${line}: device ${device} may join while the window is open`
    : `line ${line}: ${code}: ${message}`;
