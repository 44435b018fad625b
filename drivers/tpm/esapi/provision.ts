import { TiesError } from '../../../protocol/errors.ts';
import { Secret } from '../../../protocol/secret.ts';
import { compressed } from '../../../protocol/tpm/ecc-point.ts';
import { concat, sized, uint16 } from '../../../protocol/tpm/marshal.ts';
import {
  isEcc,
  parseStorageKey,
  type StorageKey,
  storageKeyTemplate,
} from '../../../protocol/tpm/storage-key.ts';
import type { TpmOperations } from '../interface.ts';
import { storageSuite } from '../storage-suite.ts';
import { PERSISTENT } from './constants.ts';
import { type EsysContext, u16 } from './context.ts';
import { type HeldStorageKey, holdStorageKey, type Inventory } from './inventory.ts';
import { define, NV_INDEX, type NvName, read, write } from './nv.ts';
import { contents, createPrimary, persist } from './objects.ts';
import { rosterKeyTemplate, rosterPointOf } from './roster-key.ts';
import { flushing, sessions } from './sessions.ts';

const MAX_DRAWS = 64;
const RSA_UNIQUE_BYTES = 256;
const ACCESS_KEY_BYTES = NV_INDEX.accessKey.bytes;

/** A `unique` for the template of a primary key: the same key for the same draw. */
const uniqueOf = (ecc: boolean, draw: number): Uint8Array =>
  ecc
    ? concat(sized(uint16(draw)), sized(new Uint8Array(0)))
    : sized(concat(uint16(draw), new Uint8Array(RSA_UNIQUE_BYTES - 2)));

/**
 * Make a primary key persistent. `accept` throws for one with a short coordinate, which is then
 * made anew from another `unique`.
 */
const persistPrimary = async (
  esys: EsysContext,
  input: { template: (draw: number) => Uint8Array; at: number; accept: (key: Uint8Array) => void },
): Promise<{ handle: number; public: Uint8Array }> => {
  for (let draw = 0; ; draw += 1) {
    const made = await flushing(esys, async (keep) => {
      const primary = await createPrimary(esys, input.template(draw));
      keep(primary.handle);
      try {
        input.accept(primary.public);
      } catch (error) {
        if (draw < MAX_DRAWS) return null;
        throw error;
      }
      return { handle: await persist(esys, primary.handle, input.at), public: primary.public };
    });
    if (made) return made;
  }
};

const ensureStorageKey = async (
  inventory: Inventory,
  suite: StorageKey['suite'],
): Promise<HeldStorageKey> => {
  const { esys } = inventory;
  if (!inventory.storageKey) {
    const made = await persistPrimary(esys, {
      template: (draw) => storageKeyTemplate(suite, uniqueOf(isEcc(suite), draw)),
      at: PERSISTENT.storageKey,
      accept: parseStorageKey,
    });
    inventory.storageKey = await holdStorageKey(esys, made.handle);
    await inventory.storageKey.sealed.start();
  }
  if (inventory.storageKey.key.suite !== suite) {
    throw new TiesError(
      'TPM_ALREADY_PROVISIONED',
      `This TPM holds a storage key of suite ${inventory.storageKey.key.suite}; clear the TPM ` +
        'to change the suite.',
    );
  }
  return inventory.storageKey;
};

const ensureNv = async (inventory: Inventory, name: NvName): Promise<number> => {
  const known = inventory.nv.get(name);
  if (known !== undefined) return known;
  const handle = await define(inventory.esys, NV_INDEX[name]);
  inventory.nv.set(name, handle);
  return handle;
};

const ensureRosterKey = async (inventory: Inventory): Promise<Uint8Array> => {
  if (!inventory.roster) {
    const made = await persistPrimary(inventory.esys, {
      template: (draw) => rosterKeyTemplate(uniqueOf(true, draw)),
      at: PERSISTENT.rosterKey,
      accept: rosterPointOf,
    });
    inventory.roster = { handle: made.handle, key: compressed(rosterPointOf(made.public)) };
  }
  return inventory.roster.key;
};

/** Drawn by the TPM and put into NV in the sealed session, so that the bus never sees it. */
const makeAccessKey = async (inventory: Inventory, { sealed }: HeldStorageKey): Promise<Secret> => {
  const { esys } = inventory;
  const random = await sealed.run('encrypt', async (session) => {
    const [bytes] = await esys.run(
      'GetRandom',
      [...sessions(session), u16(ACCESS_KEY_BYTES)],
      ['TPM2B_DIGEST'],
    );
    return contents(bytes);
  });
  const handle = await ensureNv(inventory, 'accessKey');
  await sealed.run('decrypt', (session) => write(esys, { handle, session }, random));
  const accessKey = new Secret(random);
  random.fill(0);
  return accessKey;
};

/** Whether what only a finished provisioning leaves behind is there. */
const isProvisioned = async (inventory: Inventory): Promise<boolean> => {
  if (!inventory.storageKey) return false;
  if (inventory.masterKey !== null || inventory.roster !== null) return true;
  const handle = inventory.nv.get('accessKey');
  if (handle === undefined) return false;
  const session = (used: number) => read(inventory.esys, { handle, session: used }, 1);
  return (await inventory.storageKey.sealed.run('encrypt', session)) !== null;
};

/**
 * Each part is made only if it is missing, and the last one tells that all are there: so a
 * provisioning that power cut short is taken up where it ended.
 */
export const provision = async (
  inventory: Inventory,
  input: TpmOperations['provision']['input'],
): Promise<TpmOperations['provision']['output']> => {
  const { role } = input;
  if (await isProvisioned(inventory)) {
    throw new TiesError(
      'TPM_ALREADY_PROVISIONED',
      'This TPM is provisioned; clear it (tpm2_clear) to begin anew, which revokes its identity.',
    );
  }
  const held = await ensureStorageKey(inventory, storageSuite(inventory, input));
  for (const name of ['bootCounter', 'identity', 'rosterFloor'] as const) {
    await ensureNv(inventory, name);
  }
  const accessKey = role === 'node' ? await makeAccessKey(inventory, held) : null;
  const rosterKey = role === 'center' ? await ensureRosterKey(inventory) : null;
  return { storageKey: held.key, accessKey, rosterKey };
};
