import type { Clock } from '../drivers/clock/interface.ts';
import type { Tpm } from '../drivers/tpm/interface.ts';
import { type LatencyTable, operationLatencyMs } from './tpm-latency.ts';

/** The same TPM, taking as long on this clock as the chip of the table would. */
export const timedTpm = (tpm: Tpm, clock: Clock, table: LatencyTable): Tpm => ({
  perform: (name, input) =>
    clock.work(operationLatencyMs(table, name, input), () => tpm.perform(name, input)),
  handles: () => tpm.handles(),
  close: () => tpm.close(),
});
