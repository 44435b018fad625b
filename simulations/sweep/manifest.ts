import { z } from 'zod';
import { planSchema } from './plan.ts';

/** What made a folder of results: enough to make it again. */
export const manifestSchema = z.strictObject({
  /** `complete` is written last, when all else is on disk. */
  state: z.enum(['running', 'complete']),
  plan: planSchema,
  configHash: z.string(),
  shard: z.strictObject({ number: z.int().min(1), of: z.int().min(1) }),
  runs: z.int().min(0),
  /** The first and the last. */
  seeds: z.tuple([z.int(), z.int()]),
  command: z.string(),
  /** With `+changes` where the checkout had some; null outside one. */
  commit: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
  machine: z.string(),
  begunAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});

export type Manifest = z.output<typeof manifestSchema>;

/** Where, when and by what it is run. */
export type Provenance = Pick<Manifest, 'command' | 'commit' | 'versions' | 'machine'> & {
  readonly dateAt: () => string;
};
