import { expect } from 'vitest';
import type { Tpm, TpmOperationName } from '../../drivers/tpm/interface.ts';

const MAY_PERSIST: readonly TpmOperationName[] = ['provision', 'persistMasterKey'];

/**
 * The same TPM, but every operation, failed or not, has to leave as many transient objects and
 * sessions as it found; and as many persistent ones, unless it succeeds in making one.
 */
export const watchedTpm = (tpm: Tpm): Tpm => ({
  perform: async (name, input) => {
    const before = await tpm.handles();
    const outcome = await tpm.perform(name, input).then(
      (output) => ({ output }),
      (error: unknown) => ({ error }),
    );
    const after = await tpm.handles();
    const grew = 'output' in outcome && MAY_PERSIST.includes(name);
    const allowed = grew ? { ...before, persistent: after.persistent } : before;
    expect(after, `handles after ${name}`).toEqual(allowed);
    if ('error' in outcome) throw outcome.error;
    return outcome.output;
  },
  handles: () => tpm.handles(),
  close: () => tpm.close(),
});
