import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { TiesError } from '../protocol/errors.ts';
import { type Bound, boundIn, decodeBackup } from '../runtime/backup/contents.ts';
import { sealFile } from '../runtime/backup/sealed-file.ts';
import { control, type Options } from './control/command.ts';
import { ask } from './control-client.ts';
import { operate } from './operate.ts';
import { PASSPHRASE_OPTION, passphrase } from './passphrase.ts';

/** `ties backup`: what the daemon's store holds, in a file that only a passphrase opens. */
export const backupCommand = (): Command =>
  control('backup', 'Write the store of a device into a file, under a passphrase')
    .argument('<file>', 'file to make; it must not be there')
    .option(...PASSPHRASE_OPTION)
    .addHelpText('after', `\n${BOUND_TEXT}`)
    .action((file: string, { socket, json, passphraseFile }: Options & PassphraseFile) =>
      operate(json, { answer: () => backUp(file, { socket, passphraseFile }), text: backupText }),
    );

export interface PassphraseFile {
  readonly passphraseFile?: string | undefined;
}

/** What an operator has to know before he relies on one. */
const BOUND_TEXT =
  'A backup serves the machine that it was made on, after its disk was lost. The keys in it are ' +
  'of use to its TPM alone: with the TPM lost, or on another machine, they are useless, and every ' +
  'node is to be provisioned anew. That of a center is good until the next device joins, leaves or ' +
  'is revoked, as its TPM refuses an older list: make one after each. A node needs none: it finds ' +
  'back into its network by what its TPM holds.';

interface BackedUp extends Bound {
  readonly file: string;
  readonly role: string;
  readonly device: string;
  readonly values: number;
}

const backUp = async (
  file: string,
  { socket, passphraseFile }: { readonly socket: string } & PassphraseFile,
): Promise<BackedUp> => {
  const secret = await passphrase(passphraseFile, 2);
  const { content } = await ask<{ content: string }>(socket, { do: 'backup' });
  const bytes = Buffer.from(content, 'base64');
  writeNew(file, await sealFile(bytes, secret));
  const { role, device, contents } = decodeBackup(bytes);
  return { file, role, device, values: contents.size, ...boundIn(contents) };
};

const backupText = ({ file, role, device, values, ...bound }: BackedUp): string =>
  `${file}: ${role} ${device}, ${values} values. ${boundText(bound)}\n${BOUND_TEXT}`;

export const boundText = ({ masterKeys, accessKeys, sessionKeys }: Bound): string =>
  `Bound to this TPM: ${masterKeys} Master Keys, ${accessKeys} access keys, ${sessionKeys} session keys.`;

/** Throws `BACKUP_FILE`; nothing of a file that could not be written whole stays. */
const writeNew = (file: string, bytes: Buffer): void => {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, 'wx', 0o600);
    writeFileSync(descriptor, bytes);
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch (cause) {
    if (descriptor !== null) rmSync(file, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    throw new TiesError(
      'BACKUP_FILE',
      code === 'EEXIST'
        ? `${file} is there already: give another name, or remove it.`
        : `${file} cannot be written (${code}): give a place that this user may write, with room.`,
      { cause },
    );
  }
};
