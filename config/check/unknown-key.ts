import type { SchemaNode } from '../json-schema.ts';
import { branchOf, driverOf, nodeAt, valueAt } from './expectation.ts';
import { type Explained, type Path, pathText } from './fault.ts';
import { nearest } from './nearest.ts';

/** The fault of a key that the schema does not know, with what was probably meant. */
export const unknownKey = (path: Path, input: unknown, schema: SchemaNode): Explained => {
  const around = path.slice(0, -1);
  const key = String(path.at(-1));
  const object = nodeAt(schema, around, input) as SchemaNode;
  const known = Object.keys(branchOf(object, valueAt(input, around)).properties ?? {});
  return {
    code: 'unknown-key',
    path,
    reason: `There is no "${key}" ${around.length === 0 ? 'in a role' : `in "${pathText(around)}"`}`,
    remedy:
      ofOtherDriver(key, object) ??
      mistyped(key, known) ??
      ofOtherPlace(key, schema) ??
      `Leave it out; there are ${known.map((name) => `"${name}"`).join(', ')}.`,
  };
};

const ofOtherDriver = (key: string, { oneOf = [] }: SchemaNode): string | null => {
  const owners = oneOf
    .filter(({ properties = {} }) => Object.hasOwn(properties, key))
    .map((branch) => `"${driverOf(branch).const}"`);
  return owners.length === 0
    ? null
    : `It belongs to driver ${owners.join(' and ')}: take that, or leave it out.`;
};

const mistyped = (key: string, known: readonly string[]): string | null => {
  const meant = nearest(key, known);
  return meant === null ? null : `Did you mean "${meant}"?`;
};

const ofOtherPlace = (key: string, schema: SchemaNode): string | null => {
  const places = fieldPaths(schema).filter((path) => path.at(-1) === key);
  const texts = new Set(places.map((path) => `"${pathText(path)}"`));
  return texts.size === 0 ? null : `Did you mean ${[...texts].join(' or ')}?`;
};

const fieldPaths = (node: SchemaNode, at: Path = []): Path[] =>
  (node.oneOf ?? [node]).flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([key, inner]) => [
      [...at, key],
      ...fieldPaths(inner, [...at, key]),
    ]),
  );
