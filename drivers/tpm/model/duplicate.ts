import { ATTRIBUTE } from '../../../protocol/tpm/constants.ts';
import { duplicate } from '../../../protocol/tpm/duplication.ts';
import { type StorageKey, storageKeyName } from '../../../protocol/tpm/storage-key.ts';
import { encodeWrap } from '../../../protocol/tpm/wrap.ts';
import { type Chip, refusal, whileLoaded } from './chip.ts';
import { PolicySession } from './policy-session.ts';
import type { LoadedObject } from './protected-storage.ts';

const FIXED = ATTRIBUTE.fixedTpm | ATTRIBUTE.fixedParent;

/**
 * TPM2_Duplicate (TPM 2.0 Part 3, 13.1) in a policy session that claims one of `branches`, in the
 * form for the air. As a chip does, it refuses a fixed object and a parent outside its policy.
 */
export const duplicateTo = (
  chip: Chip,
  object: LoadedObject,
  newParent: StorageKey,
  branches: readonly Uint8Array[],
): Uint8Array => {
  const { name, area, sensitive } = object;
  if ((area.attributes & FIXED) !== 0) throw refusal('TPM_RC_ATTRIBUTES: the object is fixed.');
  const newParentName = storageKeyName(newParent);
  return whileLoaded(chip, 'sessions', () => {
    const session = new PolicySession();
    session.duplicationSelect(newParentName);
    session.or(branches);
    session.authorizeDuplication(area.authPolicy, newParentName);
    const made = duplicate({ newParent, name, sensitive, random: chip.random });
    const wrap = encodeWrap(newParent.suite, { unique: area.unique, ...made });
    if (!wrap) throw refusal('The duplicate has no form for the air; duplicate again.');
    return wrap;
  });
};
