import type { z } from 'zod';
import type { SchemaNode } from '../json-schema.ts';
import { type Explained, type Fault, type Path, type Position, pathText } from './fault.ts';
import { unknownKey } from './unknown-key.ts';
import { wrongValue } from './wrong-value.ts';

type Issue = z.core.$ZodIssue;

export interface Examined {
  readonly input: unknown;
  readonly schema: SchemaNode;
  readonly position: (path: Path) => Position;
}

/** What is wrong with a role, in an operator's words; zod's own are to be empty. */
export const roleFaults = (
  issues: readonly Issue[],
  { input, schema, position }: Examined,
): Fault[] =>
  issues
    .flatMap((issue) => explain(issue, input, schema))
    .map(({ path, ...fault }) => ({ ...fault, path: pathText(path), position: position(path) }));

const explain = (issue: Issue, input: unknown, schema: SchemaNode): Explained[] => {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey([...path, key], input, schema));
  if (issue.code === 'custom' && issue.params !== undefined)
    return [{ code: 'conflict', path, reason: issue.message, remedy: issue.params.remedy }];
  return [wrongValue(path, input, { schema, reason: issue.message })];
};
