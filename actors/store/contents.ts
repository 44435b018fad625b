import { crc32 } from 'node:zlib';
import { TiesError } from '../../protocol/errors.ts';
import { decodeValue, encodeValue } from './codec.ts';
import { listByEntry } from './list-by-entry.ts';
import { readLmdbFile } from './lmdb-file.ts';

/** Encoded values by key. */
export type Contents = ReadonlyMap<string, Uint8Array>;

/** What a commit changes: `undefined` removes a key. */
export type EncodedChanges = ReadonlyMap<string, Uint8Array | undefined>;
/** What a file holds, and by which format it is written. */
export interface Versioned {
  readonly format: number;
  readonly contents: Contents;
}
/** Makes the values of one format those of the next. */
export type Migration = (values: ReadonlyMap<string, unknown>) => ReadonlyMap<string, unknown>;

/** The format that this version writes. */
export const FORMAT = 2;
/** By the format they begin from. */
export const MIGRATIONS: Readonly<Record<number, Migration>> = { 1: listByEntry };

/** Of every format, and nobody else's key. */
export const FORMAT_KEY = 'format';
const CHECKSUM_BYTES = 4;

/** A value as it stands in the file: CRC-32 over key and value, then the value. */
export const checked = (key: string, value: Uint8Array): Uint8Array => {
  const bytes = Buffer.alloc(CHECKSUM_BYTES + value.length);
  bytes.writeUInt32BE(crc32(value, crc32(key)));
  bytes.set(value, CHECKSUM_BYTES);
  return bytes;
};

/** Read a file whole; throws `STORE_CORRUPT` where any of it is not what was written. */
export const readContents = (file: Buffer): Versioned => {
  const contents = new Map<string, Uint8Array>();
  for (const [keyBytes, bytes] of readLmdbFile(file)) {
    const key = keyBytes.toString();
    const value = Uint8Array.from(bytes.subarray(CHECKSUM_BYTES));
    if (!bytes.equals(checked(key, value))) throw unreadable(`the value of ${key} has changed`);
    contents.set(key, value);
  }
  const format = contents.get(FORMAT_KEY);
  if (format === undefined) throw unreadable('it names no format');
  contents.delete(FORMAT_KEY);
  return { format: decodeValue(FORMAT_KEY, format) as number, contents };
};

/** Follow the migrations up to `format`; throws `STORE_NEWER` where the file is beyond it. */
export const migrated = (
  { format: found, contents }: Versioned,
  format: number,
  migrations: Readonly<Record<number, Migration>>,
): Contents => {
  if (found > format)
    throw new TiesError(
      'STORE_NEWER',
      `The store is of format ${found}, and this version of ties knows formats up to ${format}: install the newer ties again, or restore a backup made by this one.`,
    );
  if (found === format) return contents;
  let values: ReadonlyMap<string, unknown> = mapValues(contents, decodeValue);
  for (let from = found; from < format; from += 1) values = (migrations[from] as Migration)(values);
  return mapValues(values, encodeValue);
};

const mapValues = <From, To>(
  map: ReadonlyMap<string, From>,
  change: (key: string, value: From) => To,
): Map<string, To> => new Map([...map].map(([key, value]) => [key, change(key, value)]));

const unreadable = (what: string): TiesError =>
  new TiesError('STORE_CORRUPT', `The store's file is damaged: ${what}.`);
