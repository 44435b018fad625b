import { scenarios } from '../scenarios/all.ts';
import type { Done } from './crew.ts';
import type { Meter, Parameters } from './scenario.ts';

/** A run, as a thread is told of it. */
export interface Task {
  readonly scenario: string;
  readonly parameters: Parameters;
  readonly seed: number;
}

/** Do one run here and now. */
export const perform = async (
  { scenario, parameters, seed }: Task,
  meter: Meter,
): Promise<Done> => {
  const wanted = scenarios[scenario] as (typeof scenarios)[string];
  const startMs = meter.wallMs();
  const outputs = await wanted.run(parameters, { seed, meter });
  return { outputs, wallMs: meter.wallMs() - startMs };
};
