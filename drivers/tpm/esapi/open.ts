import type { Ffi } from '../../ffi/interface.ts';
import { koffiFfi } from '../../ffi/koffi.ts';
import { flock } from '../../lock/flock.ts';
import type {
  Tpm,
  TpmHandles,
  TpmOperationName,
  TpmOperations,
  Translation,
} from '../interface.ts';
import { readAccessKey, removeAccessKey, sealAccessKey, unsealAccessKey } from './access-key.ts';
import { boot } from './boot.ts';
import { listHandles } from './capabilities.ts';
import { EsysContext } from './context.ts';
import { activateCredential } from './credential.ts';
import { type Expectations, type Inventory, takeInventory } from './inventory.ts';
import { flushLeftovers } from './leftovers.ts';
import { loadLibraries } from './libraries.ts';
import { lockFileOf, lockTpm } from './lock.ts';
import { createMasterKey, derive, persistMasterKey } from './master-key.ts';
import { raiseRosterFloor, writeIdentity } from './nv-records.ts';
import { provision } from './provision.ts';
import { TpmRefusal } from './response-code.ts';
import { sign } from './roster-key.ts';
import { createSessionKey, importSessionKey } from './session-key.ts';
import { translate } from './translation.ts';

export interface EsapiTpmOptions {
  /** As for `Tss2_TctiLdr_Initialize`: `device:/dev/tpmrm0`, `swtpm:path=…`. */
  readonly tcti: string;
  /** Name(RK) as pinned at provisioning, 34 B. Without it a TPM that is another is not noticed. */
  readonly pinnedName?: Uint8Array;
  /** What is locked while the TPM is open; by default derived from `tcti`. */
  readonly lockFile?: string;
  readonly ffi?: Ffi;
  /**
   * At the Central Entity, from provisioning on: how it translates; default `duplicate`. With
   * `rewrap` any local user of its TPM can take session keys out (docs/protocol.md).
   */
  readonly translation?: Translation;
}

type Operations = {
  readonly [Name in TpmOperationName]: (
    inventory: Inventory,
    input: TpmOperations[Name]['input'],
  ) => Promise<TpmOperations[Name]['output']>;
};

const OPERATIONS: Operations = {
  provision,
  boot,
  readAccessKey,
  activateCredential,
  persistMasterKey,
  writeIdentity,
  removeAccessKey,
  sealAccessKey,
  unsealAccessKey,
  createMasterKey,
  derive,
  createSessionKey,
  translate,
  importSessionKey,
  sign,
  raiseRosterFloor,
};

/** Operations that make or remove what outlives them. */
const RESHAPING: ReadonlySet<TpmOperationName> = new Set([
  'provision',
  'persistMasterKey',
  'removeAccessKey',
]);

/** A TPM behind tpm2-tss. An ESYS_CONTEXT takes one call at a time, so operations queue. */
class EsapiTpm implements Tpm {
  readonly #unlock: () => void;
  readonly #expectations: Expectations;
  #inventory: Inventory;
  #isStale = false;
  #last: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | null = null;

  constructor(inventory: Inventory, unlock: () => void, expectations: Expectations) {
    this.#inventory = inventory;
    this.#expectations = expectations;
    this.#unlock = unlock;
  }

  perform<Name extends TpmOperationName>(
    name: Name,
    input: TpmOperations[Name]['input'],
  ): Promise<TpmOperations[Name]['output']> {
    return this.#queued(async () => {
      await this.#refresh();
      try {
        return await OPERATIONS[name](this.#inventory, input);
      } catch (error) {
        this.#isStale ||= RESHAPING.has(name) && error instanceof TpmRefusal;
        throw error;
      }
    });
  }

  /** Without the one session that stands as long as the TPM is open. */
  handles(): Promise<TpmHandles> {
    const { esys } = this.#inventory;
    return this.#queued(async () => ({
      transient: (await listHandles(esys, 'transient')).length,
      sessions: (await listHandles(esys, 'loadedSession')).length - this.#standingSessions(),
      persistent: (await listHandles(esys, 'persistent')).length,
    }));
  }

  close(): Promise<void> {
    this.#closed ??= this.#queued(async () => {
      try {
        // A TPM that is gone has lost the session already.
        await this.#inventory.storageKey?.sealed.close().catch(() => undefined);
        await this.#inventory.esys.close();
      } finally {
        this.#unlock();
      }
    });
    return this.#closed;
  }

  #standingSessions(): number {
    return this.#inventory.storageKey?.sealed.isStarted ? 1 : 0;
  }

  /** What an operation made before it failed is found again by looking. */
  async #refresh(): Promise<void> {
    const { esys, storageKey } = this.#inventory;
    esys.requireOpen();
    if (!this.#isStale) return;
    await storageKey?.sealed.close();
    this.#inventory = await takeInventory(esys, this.#expectations);
    this.#isStale = false;
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/**
 * Open a TPM through tpm2-tss, exclusively. Fails with `LIBRARY_MISSING`, with `TPM_UNAVAILABLE`
 * where it does not answer or another process holds it, and with `TPM_OTHER_KEY` where its
 * storage key is not the pinned one.
 */
export const openEsapiTpm = async (options: EsapiTpmOptions): Promise<Tpm> => {
  const { ffi = koffiFfi } = options;
  const libraries = loadLibraries(ffi);
  const unlock = lockTpm(flock(ffi), options.lockFile ?? lockFileOf(options.tcti));
  let esys: EsysContext | null = null;
  try {
    esys = await EsysContext.open(libraries, options.tcti);
    await flushLeftovers(esys);
    const { pinnedName, translation = 'duplicate' } = options;
    const expectations = { pinnedName, translation };
    const inventory = await takeInventory(esys, expectations);
    return new EsapiTpm(inventory, unlock, expectations);
  } catch (error) {
    await esys?.close();
    unlock();
    throw error;
  }
};
