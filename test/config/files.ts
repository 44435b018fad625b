import { roleJsonSchema } from '../../config/json-schema.ts';

const config = new URL('../../config/', import.meta.url);

export const README = new URL('README.md', config);
export const SCHEMA = new URL('role.schema.json', config);
export const EXAMPLES = new URL('examples/', config);

export const schemaText = (): string => `${JSON.stringify(roleJsonSchema(), null, 2)}\n`;
