import { TiesError } from './errors.ts';
import type { Field, Fields } from './fields.ts';
import type { MessageName } from './messages.ts';
import { specOf } from './messages.ts';
import { pack, unpack, type Wire } from './msgpack.ts';

/** Values as code sees them, before or after the table has vouched for them. */
export type AnyValues = Readonly<Record<string, unknown>>;

/** The body of a message as msgpack bytes. Throws `TIES_FIELD` on a value outside the table. */
export const encodeBody = (name: MessageName, values: AnyValues): Uint8Array => {
  const { body } = specOf(name);
  if (body === 'raw') {
    if (values.payload instanceof Uint8Array) return values.payload;
    throw outside(name, 'payload');
  }
  const row = flatten(body, values, name);
  return row.length === 0 ? new Uint8Array(0) : pack(row);
};

/** The values of a body, or null where the bytes are not exactly what the table allows. */
export const decodeBody = (name: MessageName, bytes: Uint8Array): AnyValues | null => {
  const { body } = specOf(name);
  if (body === 'raw') return { payload: bytes };
  const names = Object.keys(body);
  if (names.length === 0) return bytes.length === 0 ? {} : null;
  const row = unpack(bytes);
  return Array.isArray(row) ? unflatten(body, row) : null;
};

/** Whether `value` is one that `field` allows. */
export const fits = (field: Field, value: unknown): boolean => {
  switch (field.kind) {
    case 'uint':
      return (
        Number.isInteger(value) && (value as number) >= field.min && (value as number) <= field.max
      );
    case 'bytes':
      return value instanceof Uint8Array && field.lengths.includes(value.length);
    case 'choice':
      return field.words.includes(value as string);
    case 'list':
      return (
        Array.isArray(value) &&
        value.length <= field.maxItems &&
        value.every((item) => Object.entries(field.of).every(([key, of]) => fits(of, item?.[key])))
      );
  }
};

/** Throws `TIES_FIELD` unless every field of the table has a fitting value. */
export const checkValues = (fields: Fields, values: AnyValues, message: string): void => {
  for (const [key, field] of Object.entries(fields))
    if (!fits(field, values[key])) throw outside(message, key);
};

const outside = (message: string, key: string): TiesError =>
  new TiesError('TIES_FIELD', `${message}.${key} is outside what the message table allows.`);

function flatten(fields: Fields, values: AnyValues, message: string): Wire[] {
  checkValues(fields, values, message);
  return Object.entries(fields).map(([key, field]) => toWire(field, values[key], message));
}

function toWire(field: Field, value: unknown, message: string): Wire {
  if (field.kind === 'choice') return field.words.indexOf(value as string);
  if (field.kind === 'list')
    return (value as AnyValues[]).flatMap((item) => flatten(field.of, item, message));
  return value as Wire;
}

function unflatten(fields: Fields, row: readonly Wire[]): AnyValues | null {
  const entries = Object.entries(fields);
  if (row.length !== entries.length) return null;
  const values: Record<string, unknown> = {};
  for (const [index, [key, field]] of entries.entries()) {
    const value = fromWire(field, row[index] as Wire);
    if (!fits(field, value)) return null;
    values[key] = value;
  }
  return values;
}

function fromWire(field: Field, wire: Wire): unknown {
  if (field.kind === 'bytes') return wire instanceof Uint8Array ? Uint8Array.from(wire) : undefined;
  if (field.kind === 'choice') return typeof wire === 'number' ? field.words[wire] : undefined;
  if (field.kind === 'list') return Array.isArray(wire) ? chunked(field.of, wire) : undefined;
  return wire;
}

/** The items of a list; null, which no list allows, for one that is not as the table says. */
function chunked(fields: Fields, row: readonly Wire[]): (AnyValues | null)[] {
  const width = Object.keys(fields).length;
  return Array.from({ length: Math.ceil(row.length / width) }, (_, item) =>
    unflatten(fields, row.slice(item * width, (item + 1) * width)),
  );
}
