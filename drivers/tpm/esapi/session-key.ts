import { equalBytes } from '../../../protocol/bytes.ts';
import { TiesError } from '../../../protocol/errors.ts';
import type { Duplicate } from '../../../protocol/tpm/duplication.ts';
import { parseKeyedHash, sessionKeyPublic } from '../../../protocol/tpm/keyed-hash.ts';
import { sized } from '../../../protocol/tpm/marshal.ts';
import { NAME_BYTES, objectName } from '../../../protocol/tpm/name.ts';
import { sessionKeyBranches, sessionKeyPolicy } from '../../../protocol/tpm/policy.ts';
import {
  type StorageKey,
  storageKeyName,
  storageKeyPublic,
} from '../../../protocol/tpm/storage-key.ts';
import { decodeWrap, encodeWrap } from '../../../protocol/tpm/wrap.ts';
import type { KeyBlob, TpmOperations } from '../interface.ts';
import { blamingWrap } from './bad-wrap.ts';
import { createChild, importChild, loadChild } from './children.ts';
import { struct, u32 } from './context.ts';
import type { Inventory } from './inventory.ts';
import { contents, loadExternal, NO_INNER_WRAPPER, nameOf } from './objects.ts';
import { assertDuplicationSelect, flushing, sessions, startPolicySession } from './sessions.ts';

const MAX_DRAWS = 64;

const checkName = (name: Uint8Array): void => {
  if (name.length === NAME_BYTES) return;
  throw new TiesError('TPM_BAD_KEY', `The Name of a storage key has ${NAME_BYTES} bytes.`);
};

/** Load a session key and see that it is the object it should be. */
export const loadNamed = async (
  inventory: Inventory,
  input: { blob: KeyBlob; keep: (handle: number) => number },
): Promise<number> => {
  const handle = input.keep(await loadChild(inventory, input.blob));
  const name = await nameOf(inventory.esys, handle);
  if (equalBytes(name, objectName(input.blob.public))) return handle;
  throw new TiesError('TPM_BAD_WRAP', 'The session key has another Name than its public area.');
};

/** The form for the air of what `draw` makes; drawn again where the seed has a short coordinate. */
export const drawnWrap = async (
  suite: StorageKey['suite'],
  unique: Uint8Array,
  draw: () => Promise<Duplicate>,
): Promise<Uint8Array> => {
  for (let draws = 0; draws < MAX_DRAWS; draws += 1) {
    const wrap = encodeWrap(suite, { unique, ...(await draw()) });
    if (wrap) return wrap;
  }
  throw new TiesError('TPM_RANDOM', 'Every seed has a short coordinate; the TPM is broken.');
};

/** TPM2_Duplicate of a loaded session key to `to`, which one of its policy's branches names. */
export const duplicate = (
  { esys }: Inventory,
  input: {
    object: number;
    tpmtPublic: Uint8Array;
    to: StorageKey;
    branches: readonly Uint8Array[];
  },
): Promise<Uint8Array> =>
  flushing(esys, async (keep) => {
    const { unique } = parseKeyedHash(input.tpmtPublic);
    const selected = {
      name: objectName(input.tpmtPublic),
      newParentName: storageKeyName(input.to),
    };
    const newParent = keep(await loadExternal(esys, storageKeyPublic(input.to)));
    const session = keep(await startPolicySession(esys));
    return drawnWrap(input.to.suite, unique, async () => {
      await assertDuplicationSelect(esys, session, { ...selected, branches: input.branches });
      const [, duplicated, seed] = await esys.run(
        'Duplicate',
        [
          ...[u32(input.object), u32(newParent), ...sessions(session)],
          ...[struct('TPM2B_DATA', sized(new Uint8Array(0))), NO_INNER_WRAPPER],
        ],
        [null, 'TPM2B_PRIVATE', 'TPM2B_ENCRYPTED_SECRET'],
      );
      return { duplicate: contents(duplicated), encryptedSecret: contents(seed) };
    });
  });

export const createSessionKey = async (
  inventory: Inventory,
  { center, peerName }: TpmOperations['createSessionKey']['input'],
): Promise<TpmOperations['createSessionKey']['output']> => {
  checkName(peerName);
  const centerName = storageKeyName(center);
  const branches = sessionKeyBranches(centerName, peerName);
  const template = sessionKeyPublic(sessionKeyPolicy(centerName, peerName));
  return flushing(inventory.esys, async (keep) => {
    const key = await createChild(inventory, { template });
    const object = await loadNamed(inventory, { blob: key, keep });
    const tpmtPublic = key.public;
    return { key, wrap: await duplicate(inventory, { object, tpmtPublic, to: center, branches }) };
  });
};

/**
 * TPM2_Import of a wrap made for our storage key. The outer wrapper's integrity covers the Name
 * (TPM 2.0 Part 1, "Outer Duplication Wrapper"), so what imports is the object whose public area
 * was rebuilt here: of this `unique`, and under this policy.
 */
export const importWrap = (
  inventory: Inventory,
  wrap: Uint8Array,
  policy: Uint8Array,
): Promise<KeyBlob> => {
  const { unique, ...made } = decodeWrap(inventory.requireStorageKey().key.suite, wrap);
  const tpmtPublic = sessionKeyPublic(policy, unique);
  return blamingWrap(() => importChild(inventory, { tpmtPublic, ...made }));
};

export const importSessionKey = async (
  inventory: Inventory,
  { wrap, centerName }: TpmOperations['importSessionKey']['input'],
): Promise<KeyBlob> => {
  const { name } = inventory.requireStorageKey();
  checkName(centerName);
  return importWrap(inventory, wrap, sessionKeyPolicy(centerName, name));
};
