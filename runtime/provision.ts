import type { MemberRole } from '../config/role.ts';
import type { Tpm } from '../drivers/tpm/interface.ts';
import { devIdOf } from '../protocol/identity.ts';
import type { Label } from '../protocol/label.ts';
import { suiteOf } from '../protocol/suite.ts';
import { storageKeyName } from '../protocol/tpm/storage-key.ts';

/** Make a device's keys in its TPM, once in its life; of a node comes the label for its package. */
export const provisionDevice = async (
  role: Pick<MemberRole, 'role' | 'suite'>,
  tpm: Tpm,
): Promise<Label | null> => {
  const { storageKey, accessKey } = await tpm.perform('provision', {
    role: role.role,
    suite: suiteOf(role.suite),
  });
  if (accessKey === null) return null;
  return { devId: devIdOf(storageKeyName(storageKey)), accessKey };
};
