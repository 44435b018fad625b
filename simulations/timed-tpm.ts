import type { Clock } from '../drivers/clock/interface.ts';
import type { Tpm, TpmOperationName } from '../drivers/tpm/interface.ts';
import { type LatencyTable, operationLatencyMs } from './tpm-latency.ts';

/** One operation that a TPM has carried out, or failed at. */
export interface TpmTiming {
  readonly operation: TpmOperationName;
  readonly startMs: number;
  readonly endMs: number;
}

/** The same TPM, taking as long on this clock as the chip of the table would. */
export const timedTpm = (
  tpm: Tpm,
  clock: Clock,
  table: LatencyTable,
  ended: (timing: TpmTiming) => void = () => undefined,
): Tpm => ({
  perform: async (name, input) => {
    const startMs = clock.now();
    try {
      return await clock.work(operationLatencyMs(table, name, input), () =>
        tpm.perform(name, input),
      );
    } finally {
      ended({ operation: name, startMs, endMs: clock.now() });
    }
  },
  handles: () => tpm.handles(),
  close: () => tpm.close(),
});
