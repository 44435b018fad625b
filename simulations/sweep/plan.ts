import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { TiesError } from '../../protocol/errors.ts';
import { scenarios } from '../scenarios/all.ts';
import { faultsOf } from './plan-faults.ts';

const value = z.union([z.number(), z.string(), z.boolean()]);
const name = z.string().regex(/^[a-z][A-Za-z0-9]*$/);
/** A value, or several to be swept. */
const grid = z.record(name, z.union([value, z.array(value).min(1).max(1000)]));
const scale = z.enum(['linear', 'log']).default('linear');

const chart = z.strictObject({
  title: z.string().min(1),
  /** `lines` over a number, `bars` for each value of what is no number. */
  kind: z.enum(['lines', 'bars']).default('lines'),
  x: name,
  y: name,
  /** Parameter of which each value is a line of its own. */
  series: name.optional(),
  /** Only runs of these values. */
  where: z.record(name, value).default({}),
  xScale: scale,
  yScale: scale,
  /** Draw y = a·x^b through the means, and say b. */
  fit: z.boolean().default(false),
  /** Measured elsewhere, to compare with. */
  references: z
    .array(z.strictObject({ x: value, y: z.number(), label: z.string().min(1) }))
    .default([]),
});

export const planSchema = z.strictObject({
  title: z.string().min(1).max(200),
  /** What it is to find out, and in notes what of its answer is known how. */
  question: z.string().min(1),
  notes: z.array(z.string().min(1)).default([]),
  scenario: z.enum(Object.keys(scenarios) as [string, ...string[]]),
  /** Of each grid all combinations. */
  sweep: z.array(grid).min(1),
  repeats: z.int().min(1).max(100_000),
  /** Repeat r, from 0, has the seed `seed` + r, the same one for all parameters. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 30),
  /** Of those the scenario has; default all. */
  outputs: z.array(name).min(1).optional(),
  charts: z.array(chart).default([]),
  /** One after the other, where the machine itself is measured. */
  alone: z.boolean().default(false),
});

export type Plan = z.output<typeof planSchema>;
export type Chart = Plan['charts'][number];

/** What decides what comes out: the words and pictures around it do not. */
export const configHash = ({ scenario, sweep, repeats, seed, outputs, alone }: Plan): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted({ scenario, sweep, repeats, seed, outputs, alone })))
    .digest('hex');

/** With the keys of objects in one order. */
const sorted = (given: unknown): unknown => {
  if (Array.isArray(given)) return given.map(sorted);
  if (typeof given !== 'object' || given === null) return given;
  const entries = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, held]) => [key, sorted(held)]));
};

/** Throws `EXPERIMENT_FILE`, with all that is wrong. `source` names the file in it. */
export const parsePlan = (text: string, source: string): Plan => {
  const refuse = (faults: readonly string[]): TiesError =>
    new TiesError('EXPERIMENT_FILE', `${source} is no experiment:\n  ${faults.join('\n  ')}`);
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw refuse([`It is not JSON: ${(error as Error).message}.`]);
  }
  const { data, error } = planSchema.safeParse(given);
  // A key too many hides nothing else that is wrong.
  const known = planSchema.strip().safeParse(given).data;
  const faults = [
    ...(error === undefined ? [] : faultsOf(error.issues, given)),
    ...(known === undefined ? [] : contradictions(known)),
  ];
  if (data === undefined || faults.length > 0) throw refuse(faults);
  return data;
};

/** Throws `EXPERIMENT_FILE` where it cannot be read, or is wrong. */
export const readPlan = (path: string): Plan => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TiesError('EXPERIMENT_FILE', `${path} cannot be read (${code}). Check its name.`);
  }
  return parsePlan(text, path);
};

/** What a schema cannot say: names that must be the scenario's. */
function contradictions(plan: Plan): string[] {
  const scenario = scenarios[plan.scenario] as (typeof scenarios)[string];
  const outputs = Object.keys(scenario.outputs);
  const kept = plan.outputs ?? outputs;
  const swept = new Set(plan.sweep.flatMap((grid) => Object.keys(grid)));
  const isNoOutput = (output: string, where: string): string[] =>
    kept.includes(output) && outputs.includes(output)
      ? []
      : [`${where}: "${output}" is not kept. There are ${kept.join(', ')}.`];
  const isNotSwept = (parameter: string | undefined, where: string): string[] =>
    parameter === undefined || swept.has(parameter)
      ? []
      : [`${where}: no run has a "${parameter}". They have ${[...swept].join(', ')}.`];
  return [
    ...kept.flatMap((output) =>
      outputs.includes(output)
        ? []
        : [`outputs: ${plan.scenario} has no "${output}", but ${outputs.join(', ')}.`],
    ),
    ...plan.charts.flatMap(({ x, y, series, where }, at) => [
      ...isNotSwept(x, `charts[${at}].x`),
      ...isNoOutput(y, `charts[${at}].y`),
      ...isNotSwept(series, `charts[${at}].series`),
      ...Object.keys(where).flatMap((parameter) => isNotSwept(parameter, `charts[${at}].where`)),
    ]),
    ...plan.sweep.flatMap((grid, at) =>
      combinations(grid).flatMap((parameters) => {
        const { error } = scenario.parameters.safeParse(parameters);
        return error === undefined ? [] : faultsOf(error.issues, parameters, `sweep[${at}]`);
      }),
    ),
  ].filter((fault, at, all) => all.indexOf(fault) === at);
}

/** All combinations of a grid, the last parameter changing fastest. */
export const combinations = (
  grid: Plan['sweep'][number],
): Record<string, number | string | boolean>[] =>
  Object.entries(grid).reduce<Record<string, number | string | boolean>[]>(
    (cells, [parameter, values]) =>
      cells.flatMap((cell) =>
        (Array.isArray(values) ? values : [values]).map((one) => ({ ...cell, [parameter]: one })),
      ),
    [{}],
  );
