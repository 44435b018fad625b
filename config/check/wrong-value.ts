import type { SchemaNode } from '../json-schema.ts';
import { expectation, nodeAt, valueAt } from './expectation.ts';
import type { Explained, Path } from './fault.ts';
import { nearest } from './nearest.ts';

/** The fault of a value that is missing, of another type or not allowed; `reason` may be empty. */
export const wrongValue = (
  path: Path,
  input: unknown,
  { schema, reason }: { readonly schema: SchemaNode; readonly reason: string },
): Explained => {
  const node = nodeAt(schema, path, input) as SchemaNode;
  const value = valueAt(input, path);
  const give = `Give ${expectation(node)}`;
  if (value === undefined)
    return { code: 'missing', path, reason: 'It is missing', remedy: `${give}.` };
  const isOfType = wantedKinds(node).includes(kindOf(value));
  const why = isOfType ? `${shown(value)} is not valid here` : `This is ${kindText(value)}`;
  return {
    code: isOfType ? 'wrong-value' : 'wrong-type',
    path,
    reason: reason || why,
    remedy: `${mistyped(value, node)}${give}${leftOut(node)}.`,
  };
};

const mistyped = (value: unknown, node: SchemaNode): string => {
  const words = (node.enum ?? [node.const]).filter((word) => typeof word === 'string');
  const meant = typeof value === 'string' ? nearest(value, words) : null;
  return meant === null ? '' : `Did you mean "${meant}"? `;
};

const leftOut = ({ default: value }: SchemaNode): string =>
  value === undefined || typeof value === 'object'
    ? ''
    : `; left out, it is ${JSON.stringify(value)}`;

type Kind = 'null' | 'array' | 'object' | 'string' | 'number' | 'boolean';

const kindOf = (value: unknown): Kind => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : (typeof value as Kind);
};

const wantedKinds = (node: SchemaNode): readonly string[] => {
  if (node.enum !== undefined) return node.enum.map(kindOf);
  if (node.const !== undefined) return [kindOf(node.const)];
  return [node.type === 'integer' ? 'number' : (node.type ?? 'object')];
};

const KIND_TEXTS: Readonly<Record<Kind, (value: unknown) => string>> = {
  null: () => 'null',
  array: () => 'a list',
  object: () => 'an object',
  boolean: (value) => `${value}`,
  string: (value) => `text, ${shown(value)}`,
  number: (value) => `a number, ${shown(value)}`,
};
const kindText = (value: unknown): string => KIND_TEXTS[kindOf(value)](value);

const MAX_SHOWN = 40;

const shown = (value: unknown): string => {
  const text = typeof value === 'number' ? `${value}` : JSON.stringify(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
};
