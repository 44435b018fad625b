import { readFileSync, writeFileSync } from 'node:fs';
import { withFieldTable } from './field-table.ts';
import { README, SCHEMA, schemaText } from './files.ts';

writeFileSync(SCHEMA, schemaText());
writeFileSync(README, withFieldTable(readFileSync(README, 'utf8')));
