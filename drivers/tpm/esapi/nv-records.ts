import { TiesError } from '../../../protocol/errors.ts';
import { MAX_MEMBERSHIP_BYTES } from '../../../protocol/identity.ts';
import { concat, sized, Unmarshaller, uint32 } from '../../../protocol/tpm/marshal.ts';
import { epochOf } from '../epoch.ts';
import type { TpmOperations } from '../interface.ts';
import type { Inventory } from './inventory.ts';
import { increment, NV_INDEX, type NvName, read, write } from './nv.ts';

const readAll = (inventory: Inventory, name: NvName): Promise<Uint8Array | null> =>
  read(inventory.esys, { handle: inventory.requireNv(name) }, NV_INDEX[name].bytes);

/** The next epoch: NV_Increment, then NV_Read of the counter (PROTOCOL: bootEpoch). */
export const takeEpoch = async (inventory: Inventory): Promise<number> => {
  await increment(inventory.esys, inventory.requireNv('bootCounter'));
  const counter = await readAll(inventory, 'bootCounter');
  if (!counter) {
    throw new TiesError('TPM_REFUSED', 'The boot counter reads as never incremented.');
  }
  return epochOf(new DataView(counter.buffer, counter.byteOffset).getBigUint64(0));
};

/** The identity is kept behind its length, in an index of fixed size. */
export const readIdentity = async (inventory: Inventory): Promise<Uint8Array | null> => {
  const record = await readAll(inventory, 'identity');
  return record && new Unmarshaller(record).sized();
};

export const writeIdentity = async (
  inventory: Inventory,
  { identity }: TpmOperations['writeIdentity']['input'],
): Promise<null> => {
  if (identity.length > MAX_MEMBERSHIP_BYTES) {
    throw new TiesError('TPM_REFUSED', `An identity has at most ${MAX_MEMBERSHIP_BYTES} bytes.`);
  }
  const record = concat(sized(identity), new Uint8Array(MAX_MEMBERSHIP_BYTES - identity.length));
  await write(inventory.esys, { handle: inventory.requireNv('identity') }, record);
  return null;
};

export const readRosterFloor = async (inventory: Inventory): Promise<number> => {
  const floor = await readAll(inventory, 'rosterFloor');
  return floor ? new Unmarshaller(floor).uint32() : 0;
};

export const raiseRosterFloor = async (
  inventory: Inventory,
  { version }: TpmOperations['raiseRosterFloor']['input'],
): Promise<null> => {
  const floor = await readRosterFloor(inventory);
  if (version < floor) {
    throw new TiesError(
      'TPM_FLOOR',
      `Roster version ${version} is older than version ${floor}, which this TPM has seen; ` +
        'a backup may have been restored.',
    );
  }
  if (version > floor) {
    const handle = inventory.requireNv('rosterFloor');
    await write(inventory.esys, { handle }, uint32(version));
  }
  return null;
};
