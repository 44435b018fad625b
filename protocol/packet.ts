import { type AnyValues, checkValues, fits } from './body.ts';
import { concat, readUint, uintBytes } from './bytes.ts';
import { type BytesField, type Field, type Fields, u8, u32 } from './fields.ts';
import { type MessageName, messageById, specOf } from './messages.ts';

export const VERSION = 0;
export const SIGNATURE_BYTES = 64;

/** What stands before the body of every message: `[ver 2 | type 6][kid 1][ctr 4]`, on data ctr 2. */
export interface Header {
  readonly name: MessageName;
  /** Which of a peer's keys: a hint, never proof. */
  readonly kid: number;
  /** On data the low 16 bits. */
  readonly counter: number;
}

const HEADER = { kid: u8(), counter: u32() } as const satisfies Fields;

/** A message whose form is right; nothing in it has been authenticated. */
export interface Packet extends Header {
  readonly clear: AnyValues;
  /** Header and clear fields as they came: the first part of the associated data. */
  readonly open: Uint8Array;
  /** Body and tag, or body and signature. */
  readonly sealed: Uint8Array;
}

export type PacketFault = 'length' | 'version' | 'type' | 'clear';

export const counterBytes = (name: MessageName): 2 | 4 => (name === 'data' ? 2 : 4);
export const tagBytes = (name: MessageName): number => {
  const { protection } = specOf(name);
  return protection.kind === 'aead' ? protection.tagBytes : SIGNATURE_BYTES;
};

/** Header and clear fields. Throws `TIES_FIELD` on values outside the table. */
export const encodeOpen = (header: Header, clear: AnyValues): Uint8Array => {
  const spec = specOf(header.name);
  checkValues(HEADER, { ...header }, header.name);
  checkValues(spec.clear, clear, header.name);
  const fields = Object.entries(spec.clear).map(([key, field]) => encodeClear(field, clear[key]));
  return concat(
    Uint8Array.of((VERSION << 6) | spec.id, header.kid),
    uintBytes(header.counter, counterBytes(header.name)),
    ...fields,
  );
};

/** Take a message apart into copies, or say what is wrong with its form. Never throws. */
export const parsePacket = (message: Uint8Array): Packet | PacketFault => {
  const bytes = Uint8Array.from(message);
  const first = bytes[0];
  if (first === undefined) return 'length';
  if (first >> 6 !== VERSION) return 'version';
  const name = messageById(first & 0x3f);
  if (name === null) return 'type';
  const width = counterBytes(name);
  if (bytes.length < 2 + width + tagBytes(name)) return 'length';
  const clear = decodeClear(specOf(name).clear, bytes, 2 + width, bytes.length - tagBytes(name));
  if (clear === null) return 'clear';
  return {
    name,
    kid: bytes[1] as number,
    counter: readUint(bytes, 2, width),
    clear: clear.values,
    open: bytes.slice(0, clear.end),
    sealed: bytes.slice(clear.end),
  };
};

const hasOwnLength = (field: BytesField<unknown>): boolean => field.lengths.length > 1;

function encodeClear(field: Field, value: unknown): Uint8Array {
  if (field.kind === 'uint') return uintBytes(value as number, field.width);
  const content = value as Uint8Array;
  return hasOwnLength(field as BytesField<unknown>)
    ? concat(uintBytes(content.length, 2), content)
    : content;
}

function decodeClear(
  fields: Fields,
  bytes: Uint8Array,
  start: number,
  limit: number,
): { values: AnyValues; end: number } | null {
  const values: Record<string, unknown> = {};
  let at = start;
  for (const [key, field] of Object.entries(fields)) {
    let width: number;
    if (field.kind === 'uint') width = field.width;
    else if (!hasOwnLength(field as BytesField<unknown>))
      width = (field as BytesField<unknown>).lengths[0] as number;
    else {
      // Where only the tag is left this reads of it, and what comes next is beyond the limit.
      width = readUint(bytes, at, 2);
      at += 2;
    }
    if (at + width > limit) return null;
    const value =
      field.kind === 'uint' ? readUint(bytes, at, field.width) : bytes.slice(at, at + width);
    if (!fits(field, value)) return null;
    values[key] = value;
    at += width;
  }
  return { values, end: at };
}
