import { listHandles } from './capabilities.ts';
import type { EsysContext } from './context.ts';
import { handleOf } from './objects.ts';
import { flush } from './sessions.ts';

/**
 * Flush what a process that was killed left loaded. The kernel's resource manager does so when a
 * process ends and shows each process only its own; a software TPM, or a bare `/dev/tpm0`, keeps
 * everything, and would soon be full. The exclusive lock makes sure that nobody uses it.
 */
export const flushLeftovers = async (esys: EsysContext): Promise<void> => {
  for (const kind of ['transient', 'loadedSession'] as const) {
    for (const handle of await listHandles(esys, kind)) {
      await flush(esys, await handleOf(esys, handle));
    }
  }
};
