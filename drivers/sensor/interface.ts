import type { Measurement } from '../../protocol/reading.ts';

/** What measures temperature (°C), humidity (%) and pressure (Pa). */
export interface Sensor {
  /**
   * Measure now. Fails with a `TiesError` that says what to do; the next call begins anew, so a
   * sensor that was away is taken up again. Asked while it measures, it answers all with that.
   */
  read(): Promise<Measurement>;
  close(): Promise<void>;
}
