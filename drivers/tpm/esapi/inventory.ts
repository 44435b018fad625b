import { equalBytes } from '../../../protocol/bytes.ts';
import { TiesError } from '../../../protocol/errors.ts';
import { CC } from '../../../protocol/tpm/constants.ts';
import { compressed } from '../../../protocol/tpm/ecc-point.ts';
import { objectName } from '../../../protocol/tpm/name.ts';
import { parseStorageKey, type StorageKey } from '../../../protocol/tpm/storage-key.ts';
import type { Translation } from '../interface.ts';
import { hasCommand, listHandles } from './capabilities.ts';
import { PERSISTENT } from './constants.ts';
import type { EsysContext } from './context.ts';
import { NV_INDEX, type NvName } from './nv.ts';
import { handleOf, nameOf, readPublic } from './objects.ts';
import { rosterPointOf } from './roster-key.ts';
import { SealedSession } from './sessions.ts';

/** Our own storage key, loaded, with the session that is salted to it. */
export interface HeldStorageKey {
  readonly handle: number;
  readonly key: StorageKey;
  readonly name: Uint8Array;
  readonly sealed: SealedSession;
}

/** What whoever opens a TPM says of it. */
export interface Expectations {
  /** Name(RK) as pinned at provisioning. */
  readonly pinnedName?: Uint8Array | undefined;
  readonly translation: Translation;
}

/** What of TIES is in this TPM, with an ESAPI handle for each. */
export class Inventory {
  readonly esys: EsysContext;
  readonly translation: Translation;
  /** Whether the TPM has TPM2_Rewrap. */
  readonly canRewrap: boolean;
  readonly nv = new Map<NvName, number>();
  storageKey: HeldStorageKey | null = null;
  masterKey: number | null = null;
  roster: { readonly handle: number; readonly key: Uint8Array } | null = null;

  constructor(esys: EsysContext, translation: Translation, canRewrap: boolean) {
    this.esys = esys;
    this.translation = translation;
    this.canRewrap = canRewrap;
  }

  requireStorageKey(): HeldStorageKey {
    if (this.storageKey) return this.storageKey;
    throw new TiesError('TPM_NOT_PROVISIONED', 'This TPM holds no storage key; provision it.');
  }

  requireMasterKey(): number {
    return this.masterKey ?? this.#missing('Master Key');
  }

  requireNv(name: NvName): number {
    return this.nv.get(name) ?? this.#missing(NV_CONTENTS[name]);
  }

  requireRosterKey(): number {
    return this.roster?.handle ?? this.#missing('roster key');
  }

  #missing(what: string): never {
    this.requireStorageKey();
    throw new TiesError('TPM_REFUSED', `This TPM holds no ${what} (any more, or in this role).`);
  }
}

const NV_CONTENTS: Readonly<Record<NvName, string>> = {
  bootCounter: 'boot counter',
  identity: 'place for an identity',
  rosterFloor: 'roster floor',
  accessKey: 'one-time access key',
};

/**
 * Take a storage key into use. ESAPI computes the salt for the public area it has read, whose
 * digest is the Name; so it is the Name that is compared, before any session is salted to it.
 */
export const holdStorageKey = async (
  esys: EsysContext,
  handle: number,
  pinnedName?: Uint8Array,
): Promise<HeldStorageKey> => {
  const name = await nameOf(esys, handle);
  const tpmtPublic = await readPublic(esys, handle);
  if (!equalBytes(name, objectName(tpmtPublic)) || (pinnedName && !equalBytes(name, pinnedName))) {
    throw new TiesError(
      'TPM_OTHER_KEY',
      'The storage key in this TPM is not the one pinned at provisioning: the TPM was exchanged ' +
        'or cleared, or something on its bus answers in its place. Provision the device anew.',
    );
  }
  const key = parseStorageKey(tpmtPublic);
  return { handle, key, name, sealed: new SealedSession(esys, handle) };
};

/** Look for everything of ours, and start the session if there is a storage key to salt it to. */
export const takeInventory = async (
  esys: EsysContext,
  { pinnedName, translation }: Expectations,
): Promise<Inventory> => {
  const canRewrap = await hasCommand(esys, CC.rewrap);
  const inventory = new Inventory(esys, translation, canRewrap);
  const persistent = new Set(await listHandles(esys, 'persistent'));
  if (persistent.has(PERSISTENT.storageKey)) {
    const handle = await handleOf(esys, PERSISTENT.storageKey);
    inventory.storageKey = await holdStorageKey(esys, handle, pinnedName);
  }
  if (persistent.has(PERSISTENT.masterKey)) {
    inventory.masterKey = await handleOf(esys, PERSISTENT.masterKey);
  }
  if (persistent.has(PERSISTENT.rosterKey)) {
    const handle = await handleOf(esys, PERSISTENT.rosterKey);
    const point = rosterPointOf(await readPublic(esys, handle));
    inventory.roster = { handle, key: compressed(point) };
  }
  const indices = new Set(await listHandles(esys, 'nvIndex'));
  for (const [name, { tpmHandle }] of Object.entries(NV_INDEX)) {
    if (indices.has(tpmHandle)) inventory.nv.set(name as NvName, await handleOf(esys, tpmHandle));
  }
  await inventory.storageKey?.sealed.start();
  return inventory;
};
