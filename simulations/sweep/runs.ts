import { scenarios } from '../scenarios/all.ts';
import { combinations, type Plan } from './plan.ts';
import type { Parameters } from './scenario.ts';

/** One run of an experiment. */
export interface Run {
  /** Its place among all runs of the experiment. */
  readonly run: number;
  readonly parameters: Parameters;
  readonly repeat: number;
  readonly seed: number;
}

/** A part of an experiment that another machine may do: the i-th of n, from 1. */
export interface Shard {
  readonly number: number;
  readonly of: number;
}

export const WHOLE: Shard = { number: 1, of: 1 };

/**
 * All runs of an experiment, defaults filled in, repeats outermost: who stops early has fewer
 * repeats of everything rather than nothing of some.
 */
export const allRuns = (plan: Plan): Run[] => {
  const { parameters: schema } = scenarios[plan.scenario] as (typeof scenarios)[string];
  const cells = plan.sweep.flatMap(combinations).map((cell) => schema.parse(cell));
  return Array.from({ length: plan.repeats }, (_, repeat) => repeat).flatMap((repeat) =>
    cells.map((parameters, at) => ({
      run: repeat * cells.length + at,
      ...{ parameters, repeat, seed: plan.seed + repeat },
    })),
  );
};

/** Every n-th: so each shard has of everything, and they take alike long. */
export const runsOf = (plan: Plan, { number, of }: Shard): Run[] =>
  allRuns(plan).filter(({ run }) => run % of === number - 1);
