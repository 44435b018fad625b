import { Command } from 'commander';
import { TiesError } from '../protocol/errors.ts';
import { parseLabel } from '../protocol/label.ts';
import { provisioned } from '../runtime/provision.ts';
import { readLabels } from './label/csv.ts';
import { givenLabel } from './label/given.ts';
import { qrText } from './label/qr.ts';
import { readSecret, writeSecret } from './label/secret-file.ts';
import { labelSheet } from './label/sheet.ts';
import { labelSvg, type PrintedLabel } from './label/svg.ts';
import { operate } from './operate.ts';

interface Options {
  readonly csv?: string;
  readonly svg?: string;
  readonly sheet?: string;
  readonly json: boolean;
}

/** `ties label`: labels as something to print, on any machine. */
export const labelCommand = (): Command =>
  new Command('label')
    .description('Show a label as a QR code, or print those of a table')
    .argument('[label]', 'the label; - reads it from standard input, as others see arguments')
    .option('--csv <file>', 'take labels from a table, as ties provision --csv makes it')
    .option('--svg <file>', 'write the label as an SVG of 60 × 36 mm')
    .option('--sheet <file>', 'write the labels as a page (HTML) to print on A4')
    .option('--json', 'answer with one line of JSON', false)
    .addHelpText('after', '\nExits with 0 when done, 2 when a label or file cannot be used.')
    .action((given: string | undefined, options: Options) => {
      let shown = '';
      return operate(options.json, {
        answer: async () => {
          const labels =
            options.csv === undefined ? [printed(await givenLabel(given))] : table(options.csv);
          const [first] = labels;
          if (first === undefined || (options.svg !== undefined && labels.length > 1))
            throw new TiesError('LABEL_TABLE', 'An SVG is of one label: take --sheet for more.');
          if (options.svg !== undefined) writeSecret(options.svg, labelSvg(first));
          if (options.sheet !== undefined) writeSecret(options.sheet, labelSheet(labels));
          const files = [options.svg, options.sheet].filter((file) => file !== undefined);
          shown = labels.map(labelText).join('\n\n');
          return { devices: labels.map(({ device }) => device), files };
        },
        text: ({ devices, files }) =>
          files.length === 0
            ? shown
            : `${files.join(', ')}: ${devices.length} labels. Each is a key until its device has joined.`,
      });
    });

/** A label as a terminal shows it. */
export const labelText = ({ device, label }: PrintedLabel): string =>
  `${qrText(label)}\nDevice ${device}\n${label}`;

const table = (file: string): readonly PrintedLabel[] =>
  readLabels(readSecret(file)).map(({ label, name }) => printed(label, name));

/** As it would be formatted, and with the device that it is of. */
const printed = (text: string, name = ''): PrintedLabel => {
  const { device, label } = provisioned(parseLabel(text));
  return { device: device as string, label: label as string, ...(name !== '' && { name }) };
};
