import { commandsOf, type TpmCommand, type TpmTraits } from '../drivers/tpm/commands.ts';
import type { TpmOperationName, TpmOperations } from '../drivers/tpm/interface.ts';

/** How long a command takes, its transport included. */
export interface Latency {
  readonly ms: number;
  /** Not measured, to be corrected on hardware. */
  readonly estimate?: true;
}

export type LatencyTable = Readonly<Record<TpmCommand, Latency>>;

const measured = (ms: number): Latency => ({ ms });
const estimate = (ms: number): Latency => ({ ms, estimate: true });

/**
 * Infineon SLB 9670, firmware 7.85. What is measured is the mean in the
 * crocs-muni/tpmscan-dataset; RSA key generation varies from 2 to 53 s around its own.
 */
export const slb9670: LatencyTable = {
  'ActivateCredential:p256': estimate(250),
  'ActivateCredential:rsa': estimate(260),
  'Create:hmac': measured(56),
  'Create:sealed': estimate(56),
  'CreatePrimary:p256': measured(218),
  'CreatePrimary:rsa': measured(10_500),
  'Duplicate:p256': estimate(280),
  'Duplicate:rsa': estimate(60),
  EvictControl: estimate(50),
  FlushContext: estimate(3),
  GetRandom: measured(4),
  HMAC: measured(14.6),
  'Import:p256': estimate(130),
  'Import:rsa': estimate(240),
  Load: estimate(50),
  LoadExternal: estimate(15),
  NV_DefineSpace: estimate(30),
  NV_Increment: estimate(30),
  NV_Read: estimate(10),
  NV_UndefineSpace: estimate(30),
  NV_Write: estimate(30),
  PolicyCommandCode: estimate(6),
  PolicyDuplicationSelect: estimate(6),
  PolicyOR: estimate(6),
  ReadPublic: estimate(10),
  // It has no Rewrap; this is what its two halves take.
  'Rewrap:p256': estimate(410),
  'Rewrap:rsa': estimate(300),
  'Sign:p256': measured(71),
  'StartAuthSession:p256': estimate(250),
  'StartAuthSession:policy': estimate(10),
  'StartAuthSession:rsa': estimate(200),
  Unseal: estimate(60),
};

/** swtpm 0.7.1 through ESAPI, medians on a shared two-core machine. */
export const swtpm: LatencyTable = {
  'ActivateCredential:p256': estimate(0.5),
  'ActivateCredential:rsa': estimate(4),
  'Create:hmac': measured(0.03),
  'Create:sealed': estimate(0.03),
  'CreatePrimary:p256': estimate(1),
  'CreatePrimary:rsa': estimate(100),
  'Duplicate:p256': measured(4.1),
  'Duplicate:rsa': measured(3.9),
  EvictControl: estimate(0.2),
  FlushContext: estimate(0.02),
  GetRandom: measured(0.024),
  HMAC: measured(0.02),
  'Import:p256': measured(0.4),
  'Import:rsa': measured(4),
  Load: measured(0.34),
  LoadExternal: estimate(0.1),
  NV_DefineSpace: estimate(0.2),
  NV_Increment: estimate(0.2),
  NV_Read: estimate(0.02),
  NV_UndefineSpace: estimate(0.2),
  NV_Write: estimate(0.2),
  PolicyCommandCode: estimate(0.02),
  PolicyDuplicationSelect: estimate(0.02),
  PolicyOR: estimate(0.02),
  ReadPublic: estimate(0.05),
  'Rewrap:p256': measured(1),
  'Rewrap:rsa': measured(2.1),
  'Sign:p256': estimate(0.3),
  'StartAuthSession:p256': estimate(0.5),
  'StartAuthSession:policy': estimate(0.05),
  'StartAuthSession:rsa': estimate(4),
  Unseal: estimate(0.03),
};

/** How long an operation takes on the TPM of this table: the sum over its commands. */
export const operationLatencyMs = <Name extends TpmOperationName>(
  table: LatencyTable,
  operation: Name,
  input: TpmOperations[Name]['input'],
  traits?: TpmTraits,
): number =>
  commandsOf(operation, input, traits).reduce((sum, command) => sum + table[command].ms, 0);
