import { Packr, Unpackr } from 'msgpackr';
import { TiesError } from '../../protocol/errors.ts';
import { Secret } from '../../protocol/secret.ts';

type Stored = null | boolean | number | string | Uint8Array | readonly Stored[] | StoredObject;
interface StoredObject {
  readonly [name: string]: Stored;
}

/** No value of ours is deeper; one that contains itself ends here. */
const MAX_DEPTH = 16;

const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, copyBuffers: true });

/**
 * K_J1, the one `Secret` that is written: it makes a J1 checkable without the TPM, and yields no
 * Master Key. It is bytes in the store and a `Secret` everywhere else.
 */
const isFirstKey = (key: string, name: string | number): boolean =>
  key.startsWith('label/') && name === 'firstKey';

/**
 * The bytes of a value: msgpack without extensions or records. What can be stored is null,
 * booleans, finite numbers (−0 as 0), strings, `Uint8Array`, arrays and plain objects.
 * Throws `STORE_REFUSED` for anything else, and `STORE_SECRET` for a `Secret` that is not K_J1,
 * each naming where it stands.
 */
export const encodeValue = (key: string, value: unknown): Uint8Array => {
  const known = isLasting(key, value) ? encoded.get(value) : undefined;
  if (known !== undefined) return known;
  const bytes = Uint8Array.from(packr.pack(storable(key, null, 0, value)));
  if (isLasting(key, value)) {
    encoded.set(value, bytes);
    decoded.set(bytes, value);
  }
  return bytes;
};

/**
 * Who freezes a value says that it never changes: the session keys of a peer are decoded never,
 * however often they are asked for.
 */
const isLasting = (key: string, value: unknown): value is object =>
  isPlain(value) && Object.isFrozen(value) && !key.startsWith('label/');
const encoded = new WeakMap<object, Uint8Array>();
const decoded = new WeakMap<Uint8Array, object>();

/** The value that these bytes were made of; it shares no memory with them, unless it was frozen. */
export const decodeValue = (key: string, bytes: Uint8Array): unknown => {
  const known = decoded.get(bytes);
  if (known !== undefined) return known;
  const value = unpackr.unpack(bytes) as Stored;
  if (!isPlain(value)) return value;
  const { firstKey } = value as StoredObject;
  return isFirstKey(key, 'firstKey') && firstKey instanceof Uint8Array
    ? { ...value, firstKey: new Secret(firstKey) }
    : value;
};

/** Where a part stands in its value; put into words only for an error. */
interface Path {
  readonly within: Path | null;
  readonly name: string | number;
}

const textOf = (path: Path | null): string =>
  path === null ? '' : `${textOf(path.within)}.${path.name}`;

function storable(key: string, path: Path | null, depth: number, value: unknown): Stored {
  const refuse = (what: string): TiesError =>
    new TiesError('STORE_REFUSED', `${key}${textOf(path)} cannot be stored: ${what}.`);
  const isFirst = path !== null && depth === 1 && isFirstKey(key, path.name);
  if (value instanceof Secret) {
    if (isFirst) return value.reveal();
    throw new TiesError(
      'STORE_SECRET',
      `${key}${textOf(path)} is a Secret: of these only the first key of a label is written; let the TPM wrap this one.`,
    );
  }
  if (isFirst) throw refuse('a first key must be a Secret');
  if (depth > MAX_DEPTH) throw refuse('it is too deep, or contains itself');
  const inner = (name: string | number, part: unknown): Stored =>
    storable(key, { within: path, name }, depth + 1, part);
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw refuse(`${value} is no finite number`);
      return value;
    case 'string':
      if (Buffer.from(value).toString() !== value) throw refuse('the text is not well-formed');
      return value;
    case 'object':
      if (value === null || value instanceof Uint8Array) return value;
      if (Array.isArray(value)) return Array.from(value, (item, at) => inner(at, item));
      if (!isPlain(value)) throw refuse('it is no plain object');
      return Object.fromEntries(
        Reflect.ownKeys(value).map((name) => {
          if (typeof name === 'symbol' || name === '__proto__')
            throw refuse(`a property may not be named ${String(name)}`);
          return [name, inner(name, (value as Record<string, unknown>)[name])];
        }),
      );
    default:
      throw refuse(`it is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}`);
  }
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
