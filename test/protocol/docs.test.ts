import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MESSAGE_NAMES } from '../../protocol/messages.ts';
import { messageTable, withMessageTable } from './message-table.ts';

const document = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');

test('docs/protocol.md shows the table of today; else run npx tsx test/protocol/update-docs.ts', () => {
  expect(withMessageTable(document)).toBe(document);
});

test('the table has a row for every message', () => {
  const rows = messageTable().split('\n').slice(2);
  expect(rows.map((row) => row.split(' | ')[1])).toEqual(
    MESSAGE_NAMES.map((name) => `\`${name}\``),
  );
});

test('a document without a place for it is told so', () => {
  expect(() => withMessageTable('# Nothing here')).toThrow(/no place/);
});
