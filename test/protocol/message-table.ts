import type { Field, Fields } from '../../protocol/fields.ts';
import { MESSAGE_NAMES, type MessageName, specOf } from '../../protocol/messages.ts';
import { tagBytes } from '../../protocol/packet.ts';
import { maximumBytes } from '../../protocol/sizes.ts';
import { between } from '../between.ts';

const BEGIN = '<!-- message table, written by test/protocol/update-docs.ts: begin -->';
const END = '<!-- message table: end -->';

const COLUMNS = [
  'id',
  'message',
  'direction',
  'clear',
  'sealed',
  'tag and key',
  'also bound',
  'max B P-256',
  'max B RSA',
  'source',
];

/** The message table as Markdown, one row a message. */
export const messageTable = (): string =>
  [COLUMNS, COLUMNS.map(() => '---'), ...MESSAGE_NAMES.map(row)]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** `document` with the table of today between its markers. */
export const withMessageTable = (document: string): string =>
  between(document, BEGIN, END, messageTable());

const row = (name: MessageName): readonly string[] => {
  const { id, direction, clear, body, protection, bound, source } = specOf(name);
  const tag =
    protection.kind === 'aead' ? `${tagBytes(name)} ${protection.purpose}` : 'signature 64';
  return [
    `${id}`,
    `\`${name}\``,
    direction,
    fieldsText(clear),
    body === 'raw' ? 'the payload itself' : fieldsText(body),
    tag,
    bound ?? '',
    sizeText(name, 'p256'),
    sizeText(name, 'rsa2048'),
    source,
  ];
};

const fieldsText = (fields: Fields): string =>
  Object.entries(fields)
    .map(([key, field]) => `${key} ${fieldText(field)}`)
    .join(', ') || '–';

const fieldText = (field: Field): string => {
  switch (field.kind) {
    case 'uint': {
      const type = `u${8 * field.width}`;
      if (field.max < 2 ** (8 * field.width) - 1) return `${type} ${field.min}–${field.max}`;
      return field.min > 0 ? `${type} from ${field.min}` : type;
    }
    case 'bytes':
      return `${lengthsText(field.lengths)} B`;
    case 'choice':
      return `(${field.words.join(' / ')})`;
    case 'list':
      return `up to ${field.maxItems} of {${fieldsText(field.of)}}`;
  }
};

/** 33 or 256; runs of lengths as one range. */
const lengthsText = (lengths: readonly number[]): string => {
  const starts = lengths.filter((length) => !lengths.includes(length - 1));
  const ends = lengths.filter((length) => !lengths.includes(length + 1));
  return starts
    .map((start, at) => (start === ends[at] ? `${start}` : `${start}–${ends[at]}`))
    .join(' or ');
};

/** For a list the longest, for data what is added to the payload. */
const sizeText = (name: MessageName, storageKey: 'p256' | 'rsa2048'): string => {
  const { body } = specOf(name);
  if (body === 'raw') return `${maximumBytes(name, { storageKey, items: 0 })} + payload`;
  const lists = Object.values(body).filter((field) => field.kind === 'list');
  const items = Math.max(0, ...lists.map((field) => field.maxItems));
  return `${maximumBytes(name, { storageKey, items })}`;
};
