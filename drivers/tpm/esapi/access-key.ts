import { TiesError } from '../../../protocol/errors.ts';
import { Secret } from '../../../protocol/secret.ts';
import { sealedPublic } from '../../../protocol/tpm/keyed-hash.ts';
import type { KeyBlob, TpmOperations } from '../interface.ts';
import { createChild, loadChild } from './children.ts';
import { u32 } from './context.ts';
import type { Inventory } from './inventory.ts';
import { NV_INDEX, read, undefine } from './nv.ts';
import { contents } from './objects.ts';
import { flushing, sessions } from './sessions.ts';

export const readAccessKey = async (inventory: Inventory): Promise<Secret> => {
  const { sealed } = inventory.requireStorageKey();
  const handle = inventory.requireNv('accessKey');
  const accessKey = await sealed.run('encrypt', (session) =>
    read(inventory.esys, { handle, session }, NV_INDEX.accessKey.bytes),
  );
  if (accessKey) return new Secret(accessKey);
  throw new TiesError('TPM_REFUSED', 'Provisioning was cut short; provision again.');
};

export const removeAccessKey = async (inventory: Inventory): Promise<null> => {
  inventory.requireStorageKey();
  const handle = inventory.nv.get('accessKey');
  if (handle !== undefined) {
    await undefine(inventory.esys, handle);
    inventory.nv.delete('accessKey');
  }
  return null;
};

export const sealAccessKey = (
  inventory: Inventory,
  { accessKey }: TpmOperations['sealAccessKey']['input'],
): Promise<KeyBlob> =>
  createChild(inventory, { template: sealedPublic(), data: accessKey.reveal() });

export const unsealAccessKey = async (
  inventory: Inventory,
  { sealed: blob }: TpmOperations['unsealAccessKey']['input'],
): Promise<Secret> => {
  const { esys } = inventory;
  const { sealed } = inventory.requireStorageKey();
  return flushing(esys, async (keep) => {
    const item = keep(await loadChild(inventory, blob));
    const [data] = await sealed.run('encrypt', (session) =>
      esys.run('Unseal', [u32(item), ...sessions(session)], ['TPM2B_SENSITIVE_DATA']),
    );
    return new Secret(contents(data));
  });
};
