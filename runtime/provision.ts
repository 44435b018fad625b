import type { MemberRole } from '../config/role.ts';
import type { Tpm } from '../drivers/tpm/interface.ts';
import { toHex } from '../protocol/bytes.ts';
import { devIdOf, shortDevId } from '../protocol/identity.ts';
import { formatLabel, type Label } from '../protocol/label.ts';
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

/** A device as its operator knows it; null of a Central Entity, which nobody admits. */
export interface Provisioned {
  /** 16 hex digits: its name on lists and in `sensor.peers`. */
  readonly device: string | null;
  /** What lets it join, once. */
  readonly label: string | null;
}

export const provisioned = (label: Label | null): Provisioned =>
  label === null
    ? { device: null, label: null }
    : { device: toHex(shortDevId(label.devId)), label: formatLabel(label) };
