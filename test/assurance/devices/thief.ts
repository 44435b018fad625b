import type { BootReport, Tpm } from '../../../drivers/tpm/interface.ts';
import { Secret } from '../../../protocol/secret.ts';
import type { StorageKey } from '../../../protocol/tpm/storage-key.ts';

/** Whose key a TPM says it holds: for good, or only until its host has taken a name from it. */
export interface Pose {
  readonly as: StorageKey;
  readonly forGood: boolean;
}

/** A TPM in the hands of somebody who has photographed the label of another device. */
export const posing = (tpm: Tpm, { as, forGood }: Pose): Tpm => ({
  ...tpm,
  perform: async (name, input) => {
    // He has no use for a TPM that says no: what it would have said he guesses.
    if (name === 'activateCredential') {
      const guess = () => new Secret(new Uint8Array(16)) as never;
      return tpm.perform(name, input).catch(guess);
    }
    const output = await tpm.perform(name, input);
    if (name !== 'boot') return output;
    const report = output as BootReport;
    const own = report.storageKey;
    let isNamed = false;
    const storageKey = {
      suite: own.suite,
      get unique() {
        const isOwn = isNamed && !forGood;
        isNamed = true;
        return isOwn ? own.unique : as.unique;
      },
    };
    return { ...report, storageKey } as typeof output;
  },
});
