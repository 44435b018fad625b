import type { Clock } from '../drivers/clock/interface.ts';
import type { Radio } from '../drivers/radio/interface.ts';
import type { Sensor } from '../drivers/sensor/interface.ts';
import type { Modulation } from '../protocol/lora/modulation.ts';

/** What only simulated worlds have. The runtime knows no simulation, so whoever starts it brings them. */
export interface Simulated {
  /** A radio on a medium that another process serves. */
  socketRadio(input: {
    readonly path: string;
    readonly clock: Clock;
    readonly modulation: Modulation;
    readonly id?: string;
    readonly position?: { readonly x: number; readonly y: number };
  }): Promise<Radio>;
  /** A software TPM whose keys stay in the directory `state`. */
  startSwtpm(input: {
    readonly state: string;
  }): Promise<{ readonly tcti: string; stop(): Promise<void> }>;
  /** Weather that is made up, the same for the same seed. */
  syntheticSensor(input: {
    readonly clock: Clock;
    readonly seed: number | string;
  }): Promise<Sensor>;
}
