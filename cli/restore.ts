import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { TiesError } from '../protocol/errors.ts';
import { decodeBackup } from '../runtime/backup/contents.ts';
import { type Restored, restoreBackup } from '../runtime/backup/restore.ts';
import { openFile } from '../runtime/backup/sealed-file.ts';
import { boundText, type PassphraseFile } from './backup.ts';
import { operate } from './operate.ts';
import { PASSPHRASE_OPTION, passphrase } from './passphrase.ts';
import { readRole } from './role-file.ts';
import { simulated } from './simulated.ts';

interface Options extends PassphraseFile {
  readonly config: string;
  readonly json: boolean;
}

/** `ties restore`: a backup in the place of the store, while the daemon is off. */
export const restoreCommand = (): Command =>
  new Command('restore')
    .description('Put a backup in the place of the store of a role, while its daemon is off')
    .argument('<file>', 'what ties backup made')
    .requiredOption('--config <file>', 'the role file')
    .option(...PASSPHRASE_OPTION)
    .option('--json', 'answer with one line of JSON', false)
    .addHelpText('after', '\nExits with 0 when done, 2 when nothing was changed.')
    .action(async (file: string, { config, json, passphraseFile }: Options) => {
      const role = readRole(config);
      if (role === null) process.exitCode = 2;
      else
        await operate(json, {
          answer: async () => {
            const content = await openFile(read(file), await passphrase(passphraseFile, 1));
            return restoreBackup(role, decodeBackup(content), simulated);
          },
          text: restoredText,
        });
    });

const restoredText = ({ device, values, aside, ...bound }: Restored): string =>
  [
    `Device ${device} has its store back: ${values} values. ${boundText(bound)}`,
    ...(aside === null ? [] : [`What was there is kept as ${aside}.`]),
    'Start it by typing: sudo systemctl start ties',
  ].join('\n');

const read = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new TiesError(
      'BACKUP_FILE',
      `${file} cannot be read (${(cause as NodeJS.ErrnoException).code}): give the file that ties backup made.`,
      { cause },
    );
  }
};
