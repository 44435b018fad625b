import { TiesError } from '../../protocol/errors.ts';

/** An epoch has four bytes on the air. */
const LAST_EPOCH = 0xffff_ffffn;

/**
 * The epoch that a boot counter stands for. A counter begins above all that its TPM ever had
 * (TPM 2.0 Part 3, TPM2_NV_Increment), so other software may have driven it out of reach, and
 * cut to four bytes it would give nonces that were used before.
 */
export const epochOf = (counter: bigint): number => {
  if (counter < 1n || counter > LAST_EPOCH)
    throw new TiesError(
      'TPM_EPOCH',
      `The boot counter of this TPM stands at ${counter}; epochs are from 1 to ${LAST_EPOCH}. ` +
        'Clearing it does not help, as counters only rise: use another TPM.',
    );
  return Number(counter);
};
