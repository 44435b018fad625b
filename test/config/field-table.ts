import { roleJsonSchema, type SchemaNode } from '../../config/json-schema.ts';
import { between } from '../between.ts';

const BEGIN = '<!-- field table, written by npm run schema: begin -->';
const END = '<!-- field table: end -->';

/** Every field of a role file as Markdown, one row each. */
export const fieldTable = (): string =>
  [['field', 'value', 'left out', 'what'], ['---', '---', '---', '---'], ...rows(roleJsonSchema())]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** `document` with the table of today between its markers. */
export const withFieldTable = (document: string): string =>
  between(document, BEGIN, END, fieldTable());

/** Fields of an object, and of those within; of a choice the common ones first. */
const rows = (node: SchemaNode, at = ''): string[][] => {
  const branches = node.oneOf ?? [node];
  const keys = new Set(branches.flatMap(({ properties = {} }) => Object.keys(properties)));
  return [...keys].flatMap((key) => {
    const owners = branches.filter(({ properties = {} }) => Object.hasOwn(properties, key));
    if (key === 'driver') return branches.map((branch) => driverRow(branch, at));
    const [owner] = owners as [SchemaNode];
    const of = owners.length < branches.length ? owners.map(driverName).join(', ') : null;
    return fieldRows(owner, { path: `${at}${key}`, key, of });
  });
};

interface Place {
  readonly path: string;
  readonly key: string;
  /** The only drivers that have it. */
  readonly of: string | null;
}

const fieldRows = (owner: SchemaNode, { path, key, of }: Place): string[][] => {
  const node = owner.properties?.[key] as SchemaNode;
  const what = `${node.description}${of === null ? '' : ` (driver ${of})`}`;
  if (node.oneOf !== undefined || node.properties !== undefined)
    return [[`\`${path}\``, 'object', absent(owner, key), what], ...rows(node, `${path}.`)];
  return [[`\`${path}\``, valueText(node), absent(owner, key), what]];
};

const driverRow = (branch: SchemaNode, at: string): string[] => {
  const node = branch.properties?.driver as SchemaNode;
  return [
    ...[`\`${at}driver\``, `\`${JSON.stringify(node.const)}\``],
    ...[absent(branch, 'driver'), `${node.description}`],
  ];
};

const driverName = (branch: SchemaNode): string => `${branch.properties?.driver?.const}`;

const absent = ({ required = [], properties = {} }: SchemaNode, key: string): string => {
  const value = properties[key]?.default;
  if (value === undefined) return required.includes(key) ? 'must be there' : '–';
  return typeof value === 'object' && !Array.isArray(value) ? '–' : `\`${JSON.stringify(value)}\``;
};

const valueText = (node: SchemaNode): string => {
  const { enum: words, minimum, maximum, maxLength, type } = node;
  if (words !== undefined) return runs(words).join(', ');
  if (type === 'integer') return `${minimum} to ${maximum}`;
  if (type === 'array') return `${node.minItems} to ${node.maxItems} texts`;
  if (type !== 'string') return `${type}`;
  const kind = node.pattern === '^\\/' ? 'path' : 'text';
  return maxLength === undefined ? kind : `${kind}, at most ${maxLength}`;
};

/** Numbers in a row as a range. */
const runs = (words: readonly unknown[]): string[] =>
  words
    .filter((word) => typeof word !== 'number' || !words.includes(word - 1))
    .map((word) => {
      if (typeof word !== 'number') return `\`${JSON.stringify(word)}\``;
      let last = word;
      while (words.includes(last + 1)) last += 1;
      return last === word ? `${word}` : `${word}–${last}`;
    });
