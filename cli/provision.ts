import { Command } from 'commander';
import { isMember, type MemberRole } from '../config/role.ts';
import { TiesError } from '../protocol/errors.ts';
import { openTpm } from '../runtime/open-tpm.ts';
import { type Provisioned, provisionDevice, provisioned } from '../runtime/provision.ts';
import { ask } from './control-client.ts';
import { EXIT_TEXT, operate } from './operate.ts';
import { readRole } from './role-file.ts';
import { simulated } from './simulated.ts';

/** `ties provision`: the keys of a device, once in its life, and the label for its package. */
export const provisionCommand = (): Command =>
  new Command('provision')
    .description("Make a device's keys in its TPM while its daemon is off, and tell a node's label")
    .requiredOption('--config <file>', 'the role file')
    .option('--json', 'answer with one line of JSON', false)
    .addHelpText(
      'after',
      `\nThe label lets a device into the network: print it, and keep it nowhere else.\n${EXIT_TEXT}`,
    )
    .action(async ({ config, json }: { readonly config: string; readonly json: boolean }) => {
      const role = readRole(config);
      if (role === null) process.exitCode = 2;
      else if (!isMember(role)) throw notProvisioned();
      else
        await operate(json, {
          answer: (): Promise<Provisioned> =>
            role.tpm.driver === 'model'
              ? ask(role.control.socket, { do: 'label' })
              : provision(role),
          text: ({ device, label }) =>
            label === null
              ? 'Provisioned. A Central Entity has no label.'
              : `Device ${device}\n${label}`,
        });
    });

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
