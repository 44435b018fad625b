import { readFileSync, writeFileSync } from 'node:fs';
import { withMessageTable } from './message-table.ts';

const DOCUMENT = new URL('../../docs/protocol.md', import.meta.url);

writeFileSync(DOCUMENT, withMessageTable(readFileSync(DOCUMENT, 'utf8')));
