import { TiesError } from '../../../protocol/errors.ts';
import type { Random } from '../../random/interface.ts';
import type { TpmOperationName, TpmOperations } from '../interface.ts';
import type { RewrapSituation } from '../storage-suite.ts';
import type { NonVolatile, StoragePrimary } from './nonvolatile.ts';

/** What is loaded and is lost with the power. */
export interface Volatile {
  transient: number;
  sessions: number;
}

/** One model TPM while it runs. */
export interface Chip extends RewrapSituation {
  readonly nv: NonVolatile;
  readonly volatile: Volatile;
  readonly random: Random;
  /** A fresh RSA-2048 key as PKCS #8. */
  readonly rsaKey: () => Uint8Array;
}

/** How the model carries out the operations of the interface. */
export type Operations = {
  readonly [Name in TpmOperationName]: (
    chip: Chip,
    input: TpmOperations[Name]['input'],
  ) => TpmOperations[Name]['output'];
};

export const refusal = (message: string, cause?: unknown): TiesError =>
  new TiesError('TPM_REFUSED', message, { cause });

/** RK; `TPM_NOT_PROVISIONED` where there is none yet. */
export const storageOf = ({ nv }: Chip): StoragePrimary => {
  if (!nv.storage) {
    throw new TiesError('TPM_NOT_PROVISIONED', 'This TPM holds no keys of TIES; provision it.');
  }
  return nv.storage;
};

/** Runs `use` while one more of `kind` is loaded, and flushes it on every path. */
export const whileLoaded = <T>(chip: Chip, kind: keyof Volatile, use: () => T): T => {
  chip.volatile[kind] += 1;
  try {
    return use();
  } finally {
    chip.volatile[kind] -= 1;
  }
};

/** Runs `attempt`; whatever is wrong with what it was given becomes this error. */
export const failingWith = <T>(code: string, message: string, attempt: () => T): T => {
  try {
    return attempt();
  } catch (cause) {
    throw new TiesError(code, message, { cause });
  }
};
