import { z } from 'zod';
import { roleSchema } from './role.ts';

/** The part of JSON Schema (draft 7) that a role's schema is made of. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  /** Told apart by `driver`. */
  readonly oneOf?: readonly SchemaNode[];
}

let made: SchemaNode | null = null;

/**
 * What a role file may hold, for editors and for who explains a fault. Draft 7 is what editors know
 * best. That fields contradict each other it cannot say; `ties config check` does.
 */
export const roleJsonSchema = (): SchemaNode => {
  made ??= make();
  return made;
};

const make = (): SchemaNode => {
  const { $schema, ...schema } = z.toJSONSchema(roleSchema, { io: 'input', target: 'draft-7' });
  return { ...{ $schema, title: 'Role of a TIES device' }, ...(schema as SchemaNode) };
};
