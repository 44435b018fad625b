import { sha256, toHex, utf8 } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { Secret } from '../../protocol/secret.ts';

/** What JSON cannot say: bytes, secrets, and that there is nothing. */
const BYTES = '$bytes';
const SECRET = '$secret';
const NOTHING = '$nothing';

/** A value that a device was told as JSON; secrets stand in it in the clear. */
export const toJson = (value: unknown): unknown => {
  if (value === undefined) return { [NOTHING]: true };
  if (value instanceof Secret) return { [SECRET]: base64(value.reveal()) };
  if (value instanceof Uint8Array) return { [BYTES]: base64(value) };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, toJson(field)]));
};

export const fromJson = (json: unknown): unknown => {
  if (Array.isArray(json)) return json.map(fromJson);
  if (typeof json !== 'object' || json === null) return json;
  if (NOTHING in json) return undefined;
  if (SECRET in json) return new Secret(bytesOf(json[SECRET]));
  if (BYTES in json) return bytesOf(json[BYTES]);
  return Object.fromEntries(Object.entries(json).map(([name, field]) => [name, fromJson(field)]));
};

/** A short mark of a value: equal for equal ones, and nothing of it can be read in it. */
export const digestOf = (value: unknown): string =>
  toHex(sha256(utf8(JSON.stringify(toJson(value)))).subarray(0, 6));

/** A fault as it is written; of what is no `TiesError` only that it was. */
export interface WrittenFault {
  readonly code: string;
  readonly message: string;
}

export const writtenFault = (fault: unknown): WrittenFault =>
  fault instanceof TiesError
    ? { code: fault.code, message: fault.message }
    : { code: '', message: fault instanceof Error ? fault.message : String(fault) };

export const faultOf = ({ code, message }: WrittenFault): Error =>
  code === '' ? new Error(message) : new TiesError(code, message);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const bytesOf = (text: unknown): Uint8Array =>
  Uint8Array.from(Buffer.from(text as string, 'base64'));
