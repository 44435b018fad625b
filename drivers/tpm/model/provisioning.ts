import { createPrivateKey, createPublicKey } from 'node:crypto';
import { TiesError } from '../../../protocol/errors.ts';
import { Secret } from '../../../protocol/secret.ts';
import { drawEccKey } from '../../../protocol/tpm/ecc-key.ts';
import { compressed } from '../../../protocol/tpm/ecc-point.ts';
import type { StorageKeyPair } from '../../../protocol/tpm/secret-sharing.ts';
import { isEcc, type StorageKey, type Suite } from '../../../protocol/tpm/storage-key.ts';
import type { Random } from '../../random/interface.ts';
import { epochOf } from '../epoch.ts';
import { checkTranslation, storageSuite } from '../storage-suite.ts';
import { type Chip, type Operations, storageOf } from './chip.ts';
import type { SigningKey } from './nonvolatile.ts';

const SEED_BYTES = 32;
const ACCESS_KEY_BYTES = 16;

const signingKey = (random: Random): SigningKey => {
  const { scalar, point } = drawEccKey(random);
  return { scalar: new Secret(scalar), point: compressed(point) };
};

const eccPair = (suite: Suite, random: Random): StorageKeyPair => {
  const { scalar, point } = signingKey(random);
  return { suite, unique: point, private: scalar };
};

const rsaPair = (suite: Suite, pkcs8: Uint8Array): StorageKeyPair => {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  const { n } = createPublicKey(key).export({ format: 'jwk' });
  const unique = Uint8Array.from(Buffer.from(n as string, 'base64url'));
  return { suite, unique, private: new Secret(pkcs8) };
};

const publicHalf = ({ suite, unique }: StorageKey): StorageKey => ({ suite, unique });

export const provision: Operations['provision'] = (chip, input) => {
  const { nv, random, rsaKey } = chip;
  if (nv.storage) {
    throw new TiesError('TPM_ALREADY_PROVISIONED', 'Clear this TPM first; its keys would be lost.');
  }
  const suite = storageSuite(chip, input);
  const pair = isEcc(suite) ? eccPair(suite, random) : rsaPair(suite, rsaKey());
  nv.storage = { pair, seed: new Secret(random.bytes(SEED_BYTES)) };
  if (input.role === 'center') nv.rosterKey = signingKey(random);
  else nv.accessKey = new Secret(random.bytes(ACCESS_KEY_BYTES));
  return {
    storageKey: publicHalf(pair),
    accessKey: nv.accessKey && new Secret(nv.accessKey.reveal()),
    rosterKey: nv.rosterKey?.point ?? null,
  };
};

const takeLock = ({ nv, volatile }: Chip): void => {
  if (nv.holder && nv.holder !== volatile) {
    throw new TiesError('TPM_UNAVAILABLE', 'Another process holds this TPM; stop it first.');
  }
  nv.holder = volatile;
};

export const boot: Operations['boot'] = (chip) => {
  const { nv } = chip;
  const { pair } = storageOf(chip);
  if (nv.rosterKey) checkTranslation(chip, pair.suite);
  takeLock(chip);
  nv.bootCounter += 1;
  return {
    epoch: epochOf(BigInt(nv.bootCounter)),
    storageKey: publicHalf(pair),
    hasAccessKey: nv.accessKey !== null,
    hasMasterKey: nv.masterKey !== null,
    identity: nv.identity,
    rosterFloor: nv.rosterFloor,
    rosterKey: nv.rosterKey?.point ?? null,
    translation: chip.translation,
  };
};
