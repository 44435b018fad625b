import { CC } from '../../../protocol/tpm/constants.ts';
import { sized } from '../../../protocol/tpm/marshal.ts';
import { hasPolicy } from '../../../protocol/tpm/storage-key.ts';
import type { KeyBlob } from '../interface.ts';
import { ESYS_TR } from './constants.ts';
import { struct, u32 } from './context.ts';
import type { Inventory } from './inventory.ts';
import { contents, creation, NO_INNER_WRAPPER, publicOf } from './objects.ts';
import { assertStorageKeyPolicy, flushing, sessions, startPolicySession } from './sessions.ts';

/**
 * Runs a command that the storage key authorizes: by its empty password, or in suites 3 and 4,
 * where `policySession` is not null, by its policy, which takes a session for each command.
 */
const authorized = async <T>(
  inventory: Inventory,
  commandCode: number,
  command: (policySession: number | null) => Promise<T>,
): Promise<T> => {
  const { esys } = inventory;
  if (!hasPolicy(inventory.requireStorageKey().key.suite)) return command(null);
  return flushing(esys, async (keep) => {
    const session = keep(await startPolicySession(esys));
    await assertStorageKeyPolicy(esys, session, commandCode);
    return command(session);
  });
};

/**
 * TPM2_Create under the storage key, in the sealed session; `data` is the sensitive data from
 * outside, or absent for the TPM to draw it.
 */
export const createChild = (
  inventory: Inventory,
  input: { template: Uint8Array; data?: Uint8Array },
): Promise<KeyBlob> => {
  const { handle, sealed } = inventory.requireStorageKey();
  return sealed.run('both', (session) =>
    authorized(inventory, CC.create, async (policySession) => {
      const used = policySession === null ? [session] : [policySession, session];
      const [outPrivate, outPublic] = await inventory.esys.run(
        'Create',
        [u32(handle), ...sessions(...used), ...creation(input.template, input.data)],
        ['TPM2B_PRIVATE', 'TPM2B_PUBLIC', null, null, null],
      );
      return { public: contents(outPublic), private: contents(outPrivate) };
    }),
  );
};

/** TPM2_Load of what was created under, or imported to, the storage key. */
export const loadChild = (inventory: Inventory, blob: KeyBlob): Promise<number> =>
  authorized(inventory, CC.load, async (policySession) => {
    const [handle] = await inventory.esys.run(
      'Load',
      [
        ...[u32(inventory.requireStorageKey().handle)],
        ...sessions(policySession ?? ESYS_TR.password),
        ...[struct('TPM2B_PRIVATE', sized(blob.private)), publicOf(blob.public)],
      ],
      ['ESYS_TR'],
    );
    return handle;
  });

/** TPM2_Import of a duplicate for the storage key; what it is from then on in this TPM. */
export const importChild = (
  inventory: Inventory,
  input: { tpmtPublic: Uint8Array; duplicate: Uint8Array; encryptedSecret: Uint8Array },
): Promise<KeyBlob> =>
  authorized(inventory, CC.import, async (policySession) => {
    const [outPrivate] = await inventory.esys.run(
      'Import',
      [
        ...[u32(inventory.requireStorageKey().handle)],
        ...sessions(policySession ?? ESYS_TR.password),
        struct('TPM2B_DATA', sized(new Uint8Array(0))),
        publicOf(input.tpmtPublic),
        struct('TPM2B_PRIVATE', sized(input.duplicate)),
        struct('TPM2B_ENCRYPTED_SECRET', sized(input.encryptedSecret)),
        NO_INNER_WRAPPER,
      ],
      ['TPM2B_PRIVATE'],
    );
    return { public: input.tpmtPublic, private: contents(outPrivate) };
  });
