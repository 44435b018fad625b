import { equalBytes } from '../../../protocol/bytes.ts';
import { TiesError } from '../../../protocol/errors.ts';
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
import { struct, u32 } from './context.ts';
import type { Inventory } from './inventory.ts';
import {
  contents,
  create,
  load,
  loadExternal,
  NO_INNER_WRAPPER,
  nameOf,
  publicOf,
} from './objects.ts';
import { isFormatOne, TpmRefusal } from './response-code.ts';
import {
  assertDuplicationSelect,
  flushing,
  password,
  sessions,
  startPolicySession,
} from './sessions.ts';

const MAX_DRAWS = 64;

const checkName = (name: Uint8Array): void => {
  if (name.length === NAME_BYTES) return;
  throw new TiesError('TPM_BAD_KEY', `The Name of a storage key has ${NAME_BYTES} bytes.`);
};

/** TPM_RC_FAILURE, _NO_RESULT and _SENSITIVE, which are about the parameters too (Part 2, 6.6.3). */
const BAD_INPUT = [0x101, 0x154, 0x155];

/** Load a session key and see that it is the object it should be. */
const loadNamed = async (
  { esys }: Inventory,
  parent: number,
  input: { blob: KeyBlob; keep: (handle: number) => number },
): Promise<number> => {
  const handle = input.keep(await load(esys, parent, input.blob));
  if (equalBytes(await nameOf(esys, handle), objectName(input.blob.public))) return handle;
  throw new TiesError('TPM_BAD_WRAP', 'The session key has another Name than its public area.');
};

/** TPM2_Duplicate of a loaded session key to `to`, which one of its policy's branches names. */
const duplicate = (
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
    for (let draw = 0; draw < MAX_DRAWS; draw += 1) {
      await assertDuplicationSelect(esys, session, { ...selected, branches: input.branches });
      const [, duplicated, seed] = await esys.run(
        'Duplicate',
        [
          ...[u32(input.object), u32(newParent), ...sessions(session)],
          ...[struct('TPM2B_DATA', sized(new Uint8Array(0))), NO_INNER_WRAPPER],
        ],
        [null, 'TPM2B_PRIVATE', 'TPM2B_ENCRYPTED_SECRET'],
      );
      const wrap = encodeWrap(input.to.suite, {
        unique,
        duplicate: contents(duplicated),
        encryptedSecret: contents(seed),
      });
      if (wrap) return wrap;
    }
    throw new TiesError('TPM_RANDOM', 'Every seed has a short coordinate; the TPM is broken.');
  });

export const createSessionKey = async (
  inventory: Inventory,
  { center, peerName }: TpmOperations['createSessionKey']['input'],
): Promise<TpmOperations['createSessionKey']['output']> => {
  const { esys } = inventory;
  const { handle: parent, sealed } = inventory.requireStorageKey();
  checkName(peerName);
  const centerName = storageKeyName(center);
  const branches = sessionKeyBranches(centerName, peerName);
  const template = sessionKeyPublic(sessionKeyPolicy(centerName, peerName));
  return flushing(esys, async (keep) => {
    const key = await sealed.run('both', (session) => create(esys, { parent, session, template }));
    const object = await loadNamed(inventory, parent, { blob: key, keep });
    const tpmtPublic = key.public;
    return { key, wrap: await duplicate(inventory, { object, tpmtPublic, to: center, branches }) };
  });
};

/** Whether the refusal is about what a peer sent, not about the state of this TPM. */
const blamesInput = (error: unknown): boolean =>
  error instanceof TpmRefusal
    ? isFormatOne(error.responseCode) || BAD_INPUT.includes(error.responseCode)
    : error instanceof TiesError && error.code === 'TPM_REFUSED';

/**
 * TPM2_Import of a wrap made for our storage key. The outer wrapper's integrity covers the Name
 * (TPM 2.0 Part 1, "Outer Duplication Wrapper"), so what imports is the object whose public area
 * was rebuilt here: of this `unique`, and under this policy.
 */
const importWrap = async (
  inventory: Inventory,
  wrap: Uint8Array,
  policy: Uint8Array,
): Promise<KeyBlob> => {
  const { handle, key } = inventory.requireStorageKey();
  const { unique, duplicate, encryptedSecret } = decodeWrap(key.suite, wrap);
  const tpmtPublic = sessionKeyPublic(policy, unique);
  try {
    const [outPrivate] = await inventory.esys.run(
      'Import',
      [
        ...[u32(handle), ...password],
        struct('TPM2B_DATA', sized(new Uint8Array(0))),
        publicOf(tpmtPublic),
        struct('TPM2B_PRIVATE', sized(duplicate)),
        struct('TPM2B_ENCRYPTED_SECRET', sized(encryptedSecret)),
        NO_INNER_WRAPPER,
      ],
      ['TPM2B_PRIVATE'],
    );
    return { public: tpmtPublic, private: contents(outPrivate) };
  } catch (cause) {
    if (!blamesInput(cause)) throw cause;
    throw new TiesError(
      'TPM_BAD_WRAP',
      'A wrapped session key does not import: it was altered, or made for other parties.',
      { cause },
    );
  }
};

export const importSessionKey = async (
  inventory: Inventory,
  { wrap, centerName }: TpmOperations['importSessionKey']['input'],
): Promise<KeyBlob> => {
  const { name } = inventory.requireStorageKey();
  checkName(centerName);
  return importWrap(inventory, wrap, sessionKeyPolicy(centerName, name));
};

/** Import, Load, Duplicate, flush: the session key leaves no trace in this TPM. */
export const translate = async (
  inventory: Inventory,
  { wrap, to }: TpmOperations['translate']['input'],
): Promise<Uint8Array> => {
  const { handle: parent, name } = inventory.requireStorageKey();
  const toName = storageKeyName(to);
  const blob = await importWrap(inventory, wrap, sessionKeyPolicy(name, toName));
  const branches = sessionKeyBranches(name, toName);
  return flushing(inventory.esys, async (keep) => {
    const object = await loadNamed(inventory, parent, { blob, keep });
    return duplicate(inventory, { object, tpmtPublic: blob.public, to, branches });
  });
};
