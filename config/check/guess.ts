import type { SchemaNode } from '../json-schema.ts';
import { driverOf, nodeAt, valueAt } from './expectation.ts';
import type { Path } from './fault.ts';
import { nearest } from './nearest.ts';

/**
 * `input` as if at `path` the likeliest driver had been named: zod looks at nothing in an object
 * whose driver it does not know, and all faults are to be told at once.
 */
export const withGuessedDriver = (input: unknown, path: Path, schema: SchemaNode): unknown => {
  const { oneOf = [] } = nodeAt(schema, path, input) ?? {};
  const driver = likeliest(valueAt(input, path), oneOf);
  return replaced(input, [...path, 'driver'], driver);
};

/** By what was typed, else by the most fields in common. */
const likeliest = (value: unknown, branches: readonly SchemaNode[]): unknown => {
  const typed = valueAt(value, ['driver']);
  const drivers = branches.map((branch) => driverOf(branch).const as string);
  const meant = typeof typed === 'string' ? nearest(typed, drivers) : null;
  if (meant !== null) return meant;
  const common = branches.map(
    ({ properties = {} }) =>
      Object.keys(value as object).filter((key) => Object.hasOwn(properties, key)).length,
  );
  return drivers[common.indexOf(Math.max(...common))];
};

const replaced = (input: unknown, [step, ...rest]: Path, value: unknown): unknown =>
  step === undefined
    ? value
    : { ...(input as object), [step]: replaced(valueAt(input, [step]), rest, value) };
