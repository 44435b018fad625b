/** Longer texts are cut, longer lists and deeper objects left out: no event grows without end. */
const MAX_TEXT = 400;
const MAX_ITEMS = 48;
const MAX_DEPTH = 7;
/** Values in one event, counted over all its depths. */
const MAX_VALUES = 1_500;
/** From here on a row of small numbers is taken for bytes. */
const BYTES_FROM = 8;

const isByte = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
const areBytes = (values: readonly unknown[]): boolean =>
  values.length >= BYTES_FROM && values.every(isByte);

const bytesText = (count: number): string => `‹${count} B›`;

/**
 * Runs of 16 bytes or more in hexadecimal or base64. Nothing of ours writes keys as text; this is
 * for who will.
 */
const SPELLED = /[0-9a-f]{2}(?:[ :]?[0-9a-f]{2}){15,}|(?=[\w+/-]*\d)[\w+/-]{22,}={0,2}/gi;

const plainText = (text: string): string => {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return short.length < 22 ? short : short.replace(SPELLED, (run) => `‹${run.length} characters›`);
};

interface Budget {
  values: number;
}

const className = (value: object): string => `[${value.constructor?.name ?? 'object'}]`;

const plainError = (error: Error & { readonly code?: unknown }): unknown =>
  // The text of a foreign error is not repeated, for anything may be in it.
  error.name === 'TiesError'
    ? { code: String(error.code), message: plainText(error.message) }
    : className(error);

const plainObject = (value: object, depth: number, budget: Budget): unknown => {
  const entries = Object.entries(value);
  if (areBytes(entries.map(([, field]) => field))) return bytesText(entries.length);
  const shown: Record<string, unknown> = {};
  for (const [name, field] of entries.slice(0, MAX_ITEMS)) {
    if (typeof field === 'function' || field === undefined) continue;
    shown[plainText(name)] = plainValue(field, depth + 1, budget);
  }
  if (entries.length > MAX_ITEMS) shown['…'] = `${entries.length - MAX_ITEMS} more`;
  return shown;
};

const plainList = (value: readonly unknown[], depth: number, budget: Budget): unknown => {
  if (areBytes(value)) return bytesText(value.length);
  const shown = value.slice(0, MAX_ITEMS).map((item) => plainValue(item, depth + 1, budget));
  return value.length > MAX_ITEMS ? [...shown, `… ${value.length - MAX_ITEMS} more`] : shown;
};

const plainValue = (value: unknown, depth: number, budget: Budget): unknown => {
  budget.values -= 1;
  if (typeof value === 'string') return plainText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value !== 'object') return undefined;
  if (budget.values < 0 || depth > MAX_DEPTH) return '…';
  if (ArrayBuffer.isView(value)) return bytesText(value.byteLength);
  if (value instanceof Error) return plainError(value);
  if (Array.isArray(value)) return plainList(value, depth, budget);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null)
    return plainObject(value, depth, budget);
  // A Secret, an actor, a socket: whatever has a class of its own is named and not opened.
  return className(value);
};

/**
 * What of a value may be shown: numbers, truth values, short texts, and plain objects and lists of
 * these. Everything else is only named, and bytes are only counted, so what is secret, being a
 * `Secret` or bytes, has no way out. A getter that throws makes it `unreadable`.
 */
export const plain = (value: unknown): unknown => {
  try {
    return plainValue(value, 0, { values: MAX_VALUES });
  } catch {
    return 'unreadable';
  }
};
