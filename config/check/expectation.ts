import type { SchemaNode } from '../json-schema.ts';
import type { Path } from './fault.ts';

/** The schema of what stands at `path` in `input`; null where the schema knows no such place. */
export const nodeAt = (schema: SchemaNode, path: Path, input: unknown): SchemaNode | null => {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  const branch = branchOf(schema, input);
  const inner = typeof step === 'number' ? branch?.items : branch?.properties?.[step];
  return inner === undefined ? null : nodeAt(inner, rest, valueAt(input, [step]));
};

/** What stands at `path`; undefined where nothing does. */
export const valueAt = (input: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    input,
  );

/**
 * Of a choice by `driver` the branch that is chosen. Where none is, one whose only field is
 * `driver`, of any of them.
 */
export const branchOf = (schema: SchemaNode, input: unknown): SchemaNode => {
  const branches = schema.oneOf;
  if (branches === undefined) return schema;
  const chosen = valueAt(input, ['driver']);
  const drivers = branches.map(driverOf);
  const byDefault = (driver: SchemaNode) => chosen === undefined && driver.default !== undefined;
  const at = drivers.findIndex((driver) => driver.const === chosen || byDefault(driver));
  return (
    branches[at] ?? { properties: { driver: { enum: drivers.map((driver) => driver.const) } } }
  );
};

export const driverOf = (branch: SchemaNode): SchemaNode => branch.properties?.driver as SchemaNode;

/** `a whole number from 10 to 86400`, to stand after "Give". */
export const expectation = (node: SchemaNode): string => {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined)
    return `one of ${node.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  if (node.oneOf !== undefined) {
    const drivers = node.oneOf.map((branch) => JSON.stringify(driverOf(branch).const));
    return `an object such as { "driver": ${drivers[0]} }; drivers are ${drivers.join(', ')}`;
  }
  switch (node.type) {
    case 'integer':
      return `a whole number from ${node.minimum} to ${node.maximum}`;
    case 'number':
      return 'a number';
    case 'array':
      return `a list of ${node.minItems} to ${node.maxItems} texts`;
    case 'object':
      return `an object with ${quotedKeys(node)}`;
    default:
      return text(node);
  }
};

const quotedKeys = ({ properties = {} }: SchemaNode): string =>
  Object.keys(properties)
    .map((key) => JSON.stringify(key))
    .join(', ');

const text = ({ pattern, minLength, maxLength, default: example }: SchemaNode): string => {
  const lengths = maxLength === undefined ? '' : ` of ${minLength ?? 1} to ${maxLength} characters`;
  if (pattern === undefined) return `a text${lengths}`;
  if (pattern === '^\\/')
    return `a path that begins with /${maxLength === undefined ? '' : ` and has at most ${maxLength} characters`}`;
  if (pattern.startsWith('^(center|'))
    return '"center", or the id of a device: 16 digits 0 to 9 and a to f, as ties nodes lists it';
  return typeof example === 'string'
    ? `a text such as ${JSON.stringify(example)}`
    : `a text${lengths}, without control characters`;
};
