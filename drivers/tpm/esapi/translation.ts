import { sessionKeyPublic } from '../../../protocol/tpm/keyed-hash.ts';
import { sized } from '../../../protocol/tpm/marshal.ts';
import { objectName } from '../../../protocol/tpm/name.ts';
import { sessionKeyBranches, sessionKeyPolicy } from '../../../protocol/tpm/policy.ts';
import { storageKeyName, storageKeyPublic } from '../../../protocol/tpm/storage-key.ts';
import { decodeWrap } from '../../../protocol/tpm/wrap.ts';
import type { TpmOperations } from '../interface.ts';
import { blamingWrap } from './bad-wrap.ts';
import { struct, u32 } from './context.ts';
import type { Inventory } from './inventory.ts';
import { contents, loadExternal } from './objects.ts';
import { drawnWrap, duplicate, importWrap, loadNamed } from './session-key.ts';
import { flushing, password } from './sessions.ts';

type Input = TpmOperations['translate']['input'];

/** Import, Load, Duplicate, flush: the session key leaves no trace in this TPM. */
const byDuplicate = async (inventory: Inventory, { wrap, to }: Input): Promise<Uint8Array> => {
  const { name } = inventory.requireStorageKey();
  const toName = storageKeyName(to);
  const blob = await importWrap(inventory, wrap, sessionKeyPolicy(name, toName));
  const branches = sessionKeyBranches(name, toName);
  return flushing(inventory.esys, async (keep) => {
    const object = await loadNamed(inventory, { blob, keep });
    return duplicate(inventory, { object, tpmtPublic: blob.public, to, branches });
  });
};

/**
 * TPM2_Rewrap (TPM 2.0 Part 3, 13.2): the session key is never loaded. The command looks at no
 * policy, but the wrapper's integrity covers the Name, and so the policy that is rebuilt here.
 */
const byRewrap = async (inventory: Inventory, { wrap, to }: Input): Promise<Uint8Array> => {
  const { esys } = inventory;
  const { handle, key, name } = inventory.requireStorageKey();
  const newParentPublic = storageKeyPublic(to);
  const made = decodeWrap(key.suite, wrap);
  const policy = sessionKeyPolicy(name, objectName(newParentPublic));
  const object = objectName(sessionKeyPublic(policy, made.unique));
  return flushing(esys, async (keep) => {
    const newParent = keep(await loadExternal(esys, newParentPublic));
    return drawnWrap(to.suite, made.unique, async () => {
      const [duplicated, seed] = await blamingWrap(() =>
        esys.run(
          'Rewrap',
          [
            ...[u32(handle), u32(newParent), ...password],
            struct('TPM2B_PRIVATE', sized(made.duplicate)),
            struct('TPM2B_NAME', sized(object)),
            struct('TPM2B_ENCRYPTED_SECRET', sized(made.encryptedSecret)),
          ],
          ['TPM2B_PRIVATE', 'TPM2B_ENCRYPTED_SECRET'],
        ),
      );
      return { duplicate: contents(duplicated), encryptedSecret: contents(seed) };
    });
  });
};

export const translate = (inventory: Inventory, input: Input): Promise<Uint8Array> =>
  inventory.translation === 'rewrap' ? byRewrap(inventory, input) : byDuplicate(inventory, input);
