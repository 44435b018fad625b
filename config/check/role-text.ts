import { roleJsonSchema } from '../json-schema.ts';
import { type Role, roleSchema } from '../role.ts';
import type { Fault, Path } from './fault.ts';
import { roleFaults } from './faults.ts';
import { withGuessedDriver } from './guess.ts';
import { type JsonText, readJson } from './json.ts';

/** A role with its defaults filled in, or all that is wrong with it in the order of the text. */
export type RoleCheck =
  | { readonly kind: 'valid'; readonly role: Role }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

/** The role that a JSON text holds. */
export const checkRole = (text: string): RoleCheck => {
  const json = readJson(text);
  if (json.root === null) return { kind: 'faulty', faults: json.faults };
  const { value } = json.root;
  const { data } = parse(value);
  if (data !== undefined && json.faults.length === 0) return { kind: 'valid', role: data };
  const faults = [...json.faults, ...faultsOf(value, json)];
  return { kind: 'faulty', faults: faults.sort(byPosition) };
};

/** Empty messages stand for zod's own, so that what is left is what the schema itself says. */
const parse = (value: unknown) => roleSchema.safeParse(value, { error: () => '' });

const faultsOf = (value: unknown, { position }: JsonText): Fault[] => {
  const schema = roleJsonSchema();
  const issues = parse(value).error?.issues ?? [];
  const drivers = issues.filter(({ code }) => code === 'invalid_union');
  const guessed = drivers.reduce<unknown>(
    (input, { path }) => withGuessedDriver(input, path.slice(0, -1) as Path, schema),
    value,
  );
  const others = drivers.length === 0 ? issues : (parse(guessed).error?.issues ?? []);
  return [
    ...roleFaults(drivers, { input: value, schema, position }),
    ...roleFaults(others, { input: guessed, schema, position }),
  ];
};

const byPosition = ({ position: a }: Fault, { position: b }: Fault): number =>
  a === null || b === null ? 0 : a.line - b.line || a.column - b.column;
