import { readFileSync } from 'node:fs';
import type listed from './slb9670-7.85.json';

/** What a TPM can do, as far as TIES could run into its limits. */
export interface TpmProfile {
  /** Command codes (TPM_CC). */
  readonly commands: ReadonlySet<number>;
  /** Algorithm identifiers (TPM_ALG_ID). */
  readonly algorithms: ReadonlySet<number>;
  /** Key sizes of AES: TPM_CAP_ALGS lists the algorithm, not its sizes. */
  readonly aesKeyBits: ReadonlySet<number>;
}

const file = new URL('./slb9670-7.85.json', import.meta.url);
const data = JSON.parse(readFileSync(file, 'utf8')) as typeof listed;

/** Infineon SLB 9670, firmware 7.85. */
export const slb9670: TpmProfile = {
  commands: new Set(data.commands),
  algorithms: new Set(data.algs),
  aesKeyBits: new Set([128]),
};
