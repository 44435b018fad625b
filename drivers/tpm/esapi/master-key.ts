import { createHmac, timingSafeEqual } from 'node:crypto';
import { TiesError } from '../../../protocol/errors.ts';
import { Secret } from '../../../protocol/secret.ts';
import { masterKeyPublic } from '../../../protocol/tpm/keyed-hash.ts';
import type { KeyBlob, TpmOperations } from '../interface.ts';
import { createChild, loadChild } from './children.ts';
import { PERSISTENT } from './constants.ts';
import type { Inventory } from './inventory.ts';
import { evict, hmac, persist } from './objects.ts';
import { flushing } from './sessions.ts';

const MASTER_KEY_BYTES = 32;

/** Outside data goes in by TPM2_Create, as its first parameter can be encrypted; Import's key cannot. */
export const createMasterKey = async (
  inventory: Inventory,
  { masterKey }: TpmOperations['createMasterKey']['input'],
): Promise<KeyBlob> => {
  const data = masterKey.reveal();
  if (data.length !== MASTER_KEY_BYTES) {
    throw new TiesError('TPM_REFUSED', `A Master Key has ${MASTER_KEY_BYTES} bytes.`);
  }
  return createChild(inventory, { template: masterKeyPublic(), data });
};

/** HMAC of `blocks` under a loaded key, in the sealed session. */
const hmacs = async (
  inventory: Inventory,
  key: number,
  blocks: readonly Uint8Array[],
): Promise<Uint8Array[]> => {
  const { sealed } = inventory.requireStorageKey();
  const digests: Uint8Array[] = [];
  for (const block of blocks) {
    digests.push(
      await sealed.run('both', (session) => hmac(inventory.esys, { key, session, block })),
    );
  }
  return digests;
};

/** An HMAC key shows its bytes to nobody, so equal keys are told by equal digests. */
const isHeld = async (inventory: Inventory, key: number, masterKey: Secret): Promise<boolean> => {
  const block = new TextEncoder().encode('TIES1 same Master Key');
  const [held] = await hmacs(inventory, key, [block]);
  const given = createHmac('sha256', masterKey.reveal()).update(block).digest();
  return held !== undefined && timingSafeEqual(held, given);
};

/**
 * Another key takes the place of one whose join was never completed; the access key tells: it is
 * removed once a join is.
 */
export const persistMasterKey = async (
  inventory: Inventory,
  input: TpmOperations['persistMasterKey']['input'],
): Promise<null> => {
  const { esys, masterKey: held } = inventory;
  if (held !== null && (await isHeld(inventory, held, input.masterKey))) return null;
  if (held !== null && !inventory.nv.has('accessKey')) {
    throw new TiesError(
      'TPM_REFUSED',
      'This TPM is joined under another Master Key; clear it and provision the device anew.',
    );
  }
  const blob = await createMasterKey(inventory, input);
  if (held !== null) {
    await evict(esys, held, PERSISTENT.masterKey);
    inventory.masterKey = null;
  }
  inventory.masterKey = await flushing(esys, async (keep) => {
    const loaded = keep(await loadChild(inventory, blob));
    return persist(esys, loaded, PERSISTENT.masterKey);
  });
  return null;
};

export const derive = (
  inventory: Inventory,
  { key, blocks }: TpmOperations['derive']['input'],
): Promise<readonly Secret[]> =>
  flushing(inventory.esys, async (keep) => {
    const handle =
      key === 'masterKey' ? inventory.requireMasterKey() : keep(await loadChild(inventory, key));
    const digests = await hmacs(inventory, handle, blocks);
    return digests.map((digest) => new Secret(digest));
  });
