import type { NetworkRecord } from '../../actors/center/records.ts';
import { decodeValue } from '../../actors/store/codec.ts';
import { restoreStore } from '../../actors/store/restore.ts';
import type { Role } from '../../config/role.ts';
import { ffiByName } from '../../drivers/ffi/by-name.ts';
import { flock } from '../../drivers/lock/flock.ts';
import type { BootReport } from '../../drivers/tpm/interface.ts';
import { toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { devIdOf, shortDevId } from '../../protocol/identity.ts';
import { storageKeyName } from '../../protocol/tpm/storage-key.ts';
import { openTpm } from '../open-tpm.ts';
import type { Simulated } from '../simulated.ts';
import { type Backup, type Bound, boundIn } from './contents.ts';

export interface Restored extends Bound {
  readonly device: string;
  readonly values: number;
  /** Where the store that was there before is kept, or null. */
  readonly aside: string | null;
}

/**
 * Put a backup in the place of the store that a role names. Refuses what would not serve:
 * `BACKUP_OTHER_ROLE`, `BACKUP_OTHER_TPM`, of a center `CENTER_STORE_OLD`; besides what the store
 * and the TPM throw. The TPM takes a new epoch for that, as at any start.
 */
export const restoreBackup = async (
  role: Role,
  backup: Backup,
  simulated: Simulated,
): Promise<Restored> => {
  const { device, contents } = backup;
  if (backup.role !== role.role)
    throw new TiesError(
      'BACKUP_OTHER_ROLE',
      `This is the backup of a ${backup.role}, and the role file is that of a ${role.role}.`,
    );
  if (role.tpm.driver === 'model')
    throw new TiesError(
      'BACKUP_NOTHING',
      'The keys of a model TPM end with its process, so no backup is of use to it.',
    );
  const approve = async (): Promise<void> => {
    const tpm = await openTpm(role, simulated);
    try {
      requireSame(backup, await tpm.perform('boot', {}));
    } finally {
      await tpm.close();
    }
  };
  const { directory } = role.store;
  const lock = flock(ffiByName[role.tpm.ffi]);
  const aside = await restoreStore({ directory, lock, backup, approve });
  return { device, values: contents.size, aside, ...boundIn(contents) };
};

const requireSame = (
  { role, device, contents }: Backup,
  { storageKey, rosterFloor }: BootReport,
): void => {
  const own = toHex(shortDevId(devIdOf(storageKeyName(storageKey))));
  if (own !== device)
    throw new TiesError(
      'BACKUP_OTHER_TPM',
      `The backup is of device ${device}, and this TPM is that of ${own}: no key in the backup is of use to it. Take the machine that the backup was made on; with its TPM lost, every node is to be provisioned anew.`,
    );
  const network = contents.get('network');
  if (role !== 'center' || network === undefined) return;
  const { generation } = decodeValue('network', network) as NetworkRecord;
  if (generation < rosterFloor)
    throw new TiesError(
      'CENTER_STORE_OLD',
      `The backup is at generation ${generation}, the TPM has seen ${rosterFloor}: devices joined or were taken off the list after it was made, and it would take that back. Restore the newest backup; with it lost, provision every node anew.`,
    );
};
