import type { z } from 'zod';

export type Value = number | string | boolean;
export type Parameters = Readonly<Record<string, Value>>;
/** null where it did not come to be, such as the time of a join that failed. */
export type Outputs = Readonly<Record<string, number | null>>;

/** What a run costs the machine it runs on; other than all else it is not the seed's. */
export interface Meter {
  /** Real time, from any moment. */
  wallMs(): number;
  /** Of the whole process: only alone on it is it this run's. */
  cpuMs(): number;
  /** In use, garbage not counted. */
  heapBytes(): number;
}

export interface OutputSpec {
  /** As axes and tables name it: `ms`, `B`, `%`; empty for a mere number. */
  readonly unit: string;
  readonly about: string;
  /** Of the machine that ran it, so no two runs have the same. */
  readonly isMeasured?: true;
}

/** Something that can be run again and again, each time with other parameters or another seed. */
export interface Scenario {
  readonly about: string;
  readonly parameters: z.ZodType<Parameters>;
  readonly outputs: Readonly<Record<string, OutputSpec>>;
  run(parameters: Parameters, given: { seed: number; meter: Meter }): Promise<Outputs>;
}

/** A scenario whose parameters are those of its schema. */
export const scenario = <Schema extends z.ZodType<Parameters>, Name extends string>(made: {
  readonly about: string;
  readonly parameters: Schema;
  readonly outputs: Readonly<Record<Name, OutputSpec>>;
  run(
    parameters: z.output<Schema>,
    given: { seed: number; meter: Meter },
  ): Promise<Readonly<Record<Name, number | null>>>;
}): Scenario => made as unknown as Scenario;
