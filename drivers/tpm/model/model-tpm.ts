import { generateKeyPairSync } from 'node:crypto';
import { TiesError } from '../../../protocol/errors.ts';
import type { Random } from '../../random/interface.ts';
import type { Tpm, Translation } from '../interface.ts';
import { readAccessKey, removeAccessKey, sealAccessKey, unsealAccessKey } from './access-key.ts';
import { type Chip, type Operations, storageOf } from './chip.ts';
import { activateCredential } from './credential.ts';
import { createMasterKey, derive, persistMasterKey } from './master-key.ts';
import { blankNonVolatile, type NonVolatile } from './nonvolatile.ts';
import { boot, provision } from './provisioning.ts';
import { raiseRosterFloor, sign, writeIdentity } from './roster.ts';
import { createSessionKey, importSessionKey, translate } from './session-key.ts';

const operations: Operations = {
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

const generateRsaKey = (): Uint8Array =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    format: 'der',
    type: 'pkcs8',
  });

/** What a model TPM is made from. */
export interface ModelTpmOptions {
  readonly random: Random;
  /** The chip that was there before, for a restart; a blank one if absent. */
  readonly nv?: NonVolatile;
  /** Where RSA keys come from, as PKCS #8: a fixed pool in a seeded run, which cannot make any. */
  readonly rsaKey?: () => Uint8Array;
  /** Whether it has TPM2_Rewrap; default false, as the SLB 9670. */
  readonly canRewrap?: boolean;
  /** As for a TPM through ESAPI; default `duplicate`. */
  readonly translation?: Translation;
}

/**
 * A TPM in this process: the same bytes on the air as a chip, no time passing, and every byte
 * of its own from `random` (save RSA's). Close it before the same `nv` is opened again: it holds
 * the lock that a process holds on a chip.
 */
export const modelTpm = (options: ModelTpmOptions): Tpm => {
  const chip: Chip = {
    nv: options.nv ?? blankNonVolatile(),
    volatile: { transient: 0, sessions: 0 },
    random: options.random,
    rsaKey: options.rsaKey ?? generateRsaKey,
    canRewrap: options.canRewrap ?? false,
    translation: options.translation ?? 'duplicate',
  };
  let closed = false;
  return {
    perform: async (name, input) => {
      if (closed) throw new TiesError('TPM_UNAVAILABLE', 'This TPM was closed; open it again.');
      if (name !== 'provision') storageOf(chip);
      return operations[name](chip, input);
    },
    handles: async () => {
      const { storage, rosterKey, masterKey } = chip.nv;
      const persistent = [storage, rosterKey, masterKey].filter((object) => object !== null);
      return { ...chip.volatile, persistent: persistent.length };
    },
    close: async () => {
      closed = true;
      if (chip.nv.holder === chip.volatile) chip.nv.holder = null;
    },
  };
};
