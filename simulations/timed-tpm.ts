import type { Clock } from '../drivers/clock/interface.ts';
import type { TpmTraits } from '../drivers/tpm/commands.ts';
import type { BootReport, Tpm, TpmOperationName } from '../drivers/tpm/interface.ts';
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
): Tpm => {
  let traits: TpmTraits | undefined;
  return {
    perform: async (name, input) => {
      const startMs = clock.now();
      try {
        const output = await clock.work(operationLatencyMs(table, name, input, traits), () =>
          tpm.perform(name, input),
        );
        if (name === 'boot') traits = output as BootReport;
        return output;
      } finally {
        ended({ operation: name, startMs, endMs: clock.now() });
      }
    },
    handles: () => tpm.handles(),
    close: () => tpm.close(),
  };
};
