import { TiesError } from '../../protocol/errors.ts';
import type { PrintedLabel } from './svg.ts';

export const CSV_HEAD = 'device,label,name\n';

export const csvRow = ({ device, label, name = '' }: PrintedLabel): string =>
  `${[device, label, name].map(quoted).join(',')}\n`;

const quoted = (field: string): string =>
  /[",;\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

/** A row of a table of labels, and in which line of its file it begins. */
export interface LabelRow {
  readonly line: number;
  readonly label: string;
  readonly device: string;
  readonly name: string;
}

/**
 * Rows of a CSV (RFC 4180, commas or semicolons) whose first row names its columns: `label` must
 * be among them, `device` and `name` may. Throws `LABEL_TABLE`, which repeats nothing of the rows.
 */
export const readLabels = (text: string): readonly LabelRow[] => {
  const [head, ...rows] = rowsOf(text.replace(/^\ufeff/, ''));
  const columns = head?.fields.map((field) => field.trim().toLowerCase()) ?? [];
  const at = (name: string): number => columns.indexOf(name);
  if (at('label') < 0)
    throw new TiesError(
      'LABEL_TABLE',
      'The first row of the table names no column "label": begin it with device,label,name.',
    );
  return rows
    .filter(({ fields }) => fields.some((field) => field.trim() !== ''))
    .map(({ line, fields }) => {
      const field = (name: string): string => fields[at(name)]?.trim() ?? '';
      const label = field('label');
      if (label === '')
        throw new TiesError('LABEL_TABLE', `Line ${line} of the table has no label.`);
      return { line, label, device: field('device'), name: field('name') };
    });
};

interface Row {
  readonly line: number;
  readonly fields: string[];
}

/** A field, quoted or not, and what ends it. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",;\r\n]*))(,|;|\r?\n|$)/y;

function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  let row: Row = { line: 1, fields: [] };
  let line = 1;
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length || row.fields.length > 0) {
    const found = FIELD.exec(text);
    if (found === null)
      throw new TiesError(
        'LABEL_TABLE',
        `Line ${line} of the table has a quote that is not closed.`,
      );
    const [whole, inQuotes, plain = '', end = ''] = found;
    row.fields.push(inQuotes?.replaceAll('""', '"') ?? plain);
    line += whole.split('\n').length - 1;
    if (end === ',' || end === ';') continue;
    rows.push(row);
    row = { line, fields: [] };
    if (end === '') break;
  }
  return rows;
}
