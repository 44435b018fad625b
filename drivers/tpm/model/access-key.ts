import { Secret } from '../../../protocol/secret.ts';
import { sealedPublic } from '../../../protocol/tpm/keyed-hash.ts';
import { type Operations, refusal, whileLoaded } from './chip.ts';
import { create, withLoaded } from './protected-storage.ts';

const copy = (secret: Secret): Secret => new Secret(secret.reveal());

export const readAccessKey: Operations['readAccessKey'] = (chip) => {
  const { accessKey } = chip.nv;
  if (!accessKey) throw refusal('TPM_RC_HANDLE: there is no access key.');
  return whileLoaded(chip, 'sessions', () => copy(accessKey));
};

export const removeAccessKey: Operations['removeAccessKey'] = ({ nv }) => {
  nv.accessKey?.wipe();
  nv.accessKey = null;
  return null;
};

export const sealAccessKey: Operations['sealAccessKey'] = (chip, { accessKey }) =>
  whileLoaded(chip, 'sessions', () => create(chip, sealedPublic, copy(accessKey).reveal()));

export const unsealAccessKey: Operations['unsealAccessKey'] = (chip, { sealed }) =>
  withLoaded(chip, sealed, ({ area, sensitive }) => {
    if (area.scheme !== 'sealed') throw refusal('TPM_RC_TYPE: not a sealed data object.');
    return whileLoaded(chip, 'sessions', () => new Secret(sensitive.bits));
  });
