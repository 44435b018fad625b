import { equalBytes } from '../../../protocol/bytes.ts';
import { Secret } from '../../../protocol/secret.ts';
import { hmacSha256 } from '../../../protocol/tpm/kdf.ts';
import { masterKeyPublic } from '../../../protocol/tpm/keyed-hash.ts';
import type { KeyRef } from '../interface.ts';
import { type Chip, type Operations, refusal, whileLoaded } from './chip.ts';
import { create, withLoaded } from './protected-storage.ts';

const KEY_BYTES = 32;

const keyBytes = (masterKey: Secret): Uint8Array => {
  if (masterKey.reveal().length !== KEY_BYTES) throw refusal('A master key is 32 bytes long.');
  return Uint8Array.from(masterKey.reveal());
};

export const createMasterKey: Operations['createMasterKey'] = (chip, { masterKey }) =>
  whileLoaded(chip, 'sessions', () => create(chip, masterKeyPublic, keyBytes(masterKey)));

/**
 * Another key takes the place of one whose join never finished, which the access key, removed
 * last, tells.
 */
export const persistMasterKey: Operations['persistMasterKey'] = ({ nv }, { masterKey }) => {
  const bytes = keyBytes(masterKey);
  if (nv.masterKey && equalBytes(nv.masterKey.reveal(), bytes)) return null;
  if (nv.masterKey && !nv.accessKey) throw refusal('TPM_RC_NV_DEFINED: there is a master key.');
  nv.masterKey = new Secret(bytes);
  return null;
};

const withHmacKey = <T>(chip: Chip, key: KeyRef, use: (bits: Uint8Array) => T): T => {
  if (key === 'masterKey') {
    if (!chip.nv.masterKey) throw refusal('TPM_RC_HANDLE: there is no master key yet.');
    return use(chip.nv.masterKey.reveal());
  }
  return withLoaded(chip, key, ({ area, sensitive }) => {
    if (area.scheme !== 'hmac') throw refusal('TPM_RC_KEY: not an HMAC key.');
    return use(sensitive.bits);
  });
};

export const derive: Operations['derive'] = (chip, { key, blocks }) =>
  whileLoaded(chip, 'sessions', () =>
    withHmacKey(chip, key, (bits) => blocks.map((block) => new Secret(hmacSha256(bits, block)))),
  );
