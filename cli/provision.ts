import { Command } from 'commander';
import { isMember, type MemberRole } from '../config/role.ts';
import { TiesError } from '../protocol/errors.ts';
import { openTpm } from '../runtime/open-tpm.ts';
import { type Provisioned, provisionDevice, provisioned } from '../runtime/provision.ts';
import { ask } from './control-client.ts';
import { CSV_HEAD, csvRow } from './label/csv.ts';
import { appendSecret, writeSecret } from './label/secret-file.ts';
import { labelSheet } from './label/sheet.ts';
import { labelSvg } from './label/svg.ts';
import { labelText } from './label.ts';
import { EXIT, EXIT_TEXT, operate } from './operate.ts';
import { readRole } from './role-file.ts';
import { simulated } from './simulated.ts';

/** `ties provision`: the keys of a device, once in its life, and the label for its package. */
export const provisionCommand = (): Command =>
  new Command('provision')
    .description("Make a device's keys in its TPM while its daemon is off, and tell a node's label")
    .requiredOption('--config <file>', 'the role file')
    .option('--name <name>', 'what is printed on the label, and stands in the table')
    .option('--svg <file>', 'write the label as an SVG of 60 × 36 mm')
    .option('--sheet <file>', 'write the label on a page (HTML) to print on A4')
    .option('--csv <file>', 'add the label to a table, for ties label and ties admit')
    .option('--json', 'answer with one line of JSON', false)
    .addHelpText(
      'after',
      `\nThe label lets a device into the network: print it, and keep it nowhere else.\n${EXIT_TEXT}`,
    )
    .action(async ({ config, json, ...files }: Options) => {
      const role = readRole(config);
      if (role === null) process.exitCode = 2;
      else if (!isMember(role)) throw notProvisioned();
      else
        await operate(json, {
          answer: async () => {
            const made: Provisioned =
              role.tpm.driver === 'model'
                ? await ask(role.control.socket, { do: 'label' })
                : await provision(role);
            return { ...made, ...printed(made, files) };
          },
          text: ({ device, label, fault = null }) =>
            label === null || device === null
              ? 'Provisioned. A Central Entity has no label.'
              : `${labelText({ device, label })}${fault === null ? '' : `\n${fault}`}`,
          exit: ({ fault = null }) => (fault === null ? EXIT.done : EXIT.refused),
        });
    });

interface Files {
  readonly name?: string;
  readonly svg?: string;
  readonly sheet?: string;
  readonly csv?: string;
}

interface Options extends Files {
  readonly config: string;
  readonly json: boolean;
}

/**
 * Write the label where it is wanted. What goes wrong is told beside it: a label is made once, and
 * must not be lost.
 */
const printed = (
  { device, label }: Provisioned,
  { name = '', svg, sheet, csv }: Files,
): { readonly fault?: string } => {
  if (device === null || label === null) return {};
  const of = { device, label, name };
  try {
    if (svg !== undefined) writeSecret(svg, labelSvg(of));
    if (sheet !== undefined) writeSecret(sheet, labelSheet([of]));
    if (csv !== undefined) appendSecret(csv, CSV_HEAD, csvRow(of));
    return {};
  } catch (error) {
    if (!(error instanceof TiesError)) throw error;
    return { fault: `${error.code}: ${error.message}` };
  }
};

const provision = async (role: MemberRole): Promise<Provisioned> => {
  const tpm = await openTpm(role, simulated);
  try {
    return provisioned(await provisionDevice(role, tpm));
  } finally {
    await tpm.close();
  }
};

const notProvisioned = (): TiesError =>
  new TiesError('PROVISION_SNIFFER', 'A sniffer has no keys, and needs no TPM: just run it.');
