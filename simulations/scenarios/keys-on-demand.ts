import type { Clock } from '../../drivers/clock/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import type { Tpm, TpmOperationName } from '../../drivers/tpm/interface.ts';
import { unitInterval } from '../seeded-random.ts';
import { slb9670 } from '../tpm-latency.ts';

/** Of RSA-2048 on seven SLB 9670 (crocs-muni/tpmscan-dataset): median, mean and most. */
const RSA_MS = { median: 8_900, mean: 10_500, most: 53_260 };
/** A log-normal of this median and mean has 18.6 and 33.9 s where the chips had 18.5 and 32 (p90, p99). */
const SIGMA = Math.sqrt(2 * Math.log(RSA_MS.mean / RSA_MS.median));

/**
 * Before which operations a device makes its storage key where it keeps none: each begins what a
 * party does in a join (the joiner, the center) and in a key distribution (N1, the center).
 */
const MAKES_A_KEY: readonly TpmOperationName[] = [
  'readAccessKey',
  'createMasterKey',
  'createSessionKey',
  'translate',
];

/** How long one RSA-2048 key takes the chip. */
export const rsaKeyMs = (random: Random): number => {
  const [u, v] = [1 - unitInterval(random), unitInterval(random)];
  const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  return Math.min(RSA_MS.most, RSA_MS.median * Math.exp(SIGMA * normal));
};

/** A TPM that makes its storage key anew whenever it is wanted, and so takes longer. */
export const keysOnDemand = (
  tpm: Tpm,
  suite: 'p256' | 'rsa2048',
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Tpm => ({
  perform: async (name, input) => {
    if (MAKES_A_KEY.includes(name)) {
      const keyMs = suite === 'p256' ? slb9670['CreatePrimary:p256'].ms : rsaKeyMs(random);
      await clock.work(keyMs, async () => undefined);
    }
    return tpm.perform(name, input);
  },
  handles: () => tpm.handles(),
  close: () => tpm.close(),
});
