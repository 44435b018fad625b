import { TiesError } from '../../../protocol/errors.ts';
import { ALG } from '../../../protocol/tpm/constants.ts';
import { sessionKeyPublic } from '../../../protocol/tpm/keyed-hash.ts';
import { NAME_BYTES } from '../../../protocol/tpm/name.ts';
import { policyOr, sessionKeyBranches } from '../../../protocol/tpm/policy.ts';
import { storageKeyName } from '../../../protocol/tpm/storage-key.ts';
import { decodeWrap } from '../../../protocol/tpm/wrap.ts';
import type { KeyBlob } from '../interface.ts';
import { type Chip, type Operations, storageOf, whileLoaded } from './chip.ts';
import { duplicateTo } from './duplicate.ts';
import { create, importObject, withLoaded } from './protected-storage.ts';
import { rewrapTo } from './rewrap.ts';

const KEY_BYTES = 32;

const checkName = (name: Uint8Array): void => {
  if (name.length !== NAME_BYTES || name[0] !== 0 || name[1] !== ALG.sha256) {
    throw new TiesError('TPM_BAD_KEY', 'A Name is 000b and a SHA-256 digest, 34 bytes in all.');
  }
};

const importWrap = (chip: Chip, wrap: Uint8Array, branches: readonly Uint8Array[]): KeyBlob => {
  const { unique, ...made } = decodeWrap(storageOf(chip).pair.suite, wrap);
  const area = sessionKeyPublic(policyOr(branches), unique);
  return whileLoaded(chip, 'sessions', () => importObject(chip, area, made));
};

export const createSessionKey: Operations['createSessionKey'] = (chip, { center, peerName }) => {
  checkName(peerName);
  const branches = sessionKeyBranches(storageKeyName(center), peerName);
  const policy = policyOr(branches);
  const areaOf = (unique: Uint8Array) => sessionKeyPublic(policy, unique);
  const key = create(chip, areaOf, chip.random.bytes(KEY_BYTES));
  const wrap = withLoaded(chip, key, (object) => duplicateTo(chip, object, center, branches));
  return { key, wrap };
};

/** Import, Load, Duplicate, flush: the paper's translation; or TPM2_Rewrap. */
export const translate: Operations['translate'] = (chip, { wrap, to }) => {
  if (chip.translation === 'rewrap') return rewrapTo(chip, wrap, to);
  const branches = sessionKeyBranches(storageKeyName(storageOf(chip).pair), storageKeyName(to));
  const key = importWrap(chip, wrap, branches);
  return withLoaded(chip, key, (object) => duplicateTo(chip, object, to, branches));
};

export const importSessionKey: Operations['importSessionKey'] = (chip, { wrap, centerName }) => {
  checkName(centerName);
  const ownName = storageKeyName(storageOf(chip).pair);
  const key = importWrap(chip, wrap, sessionKeyBranches(centerName, ownName));
  return withLoaded(chip, key, () => key);
};
