import { type AnyValues, encodeBody } from './body.ts';
import type { Field, Fields } from './fields.ts';
import { type MessageName, specOf } from './messages.ts';
import { encodeOpen, tagBytes } from './packet.ts';

/** Which keys travel: a wrap to either kind, and the storage keys of both ends. */
export interface SizeCase {
  /** Storage key of the sender, or of the recipient of a wrap or seed. */
  readonly storageKey: 'p256' | 'rsa2048';
  /** In J4: the kind of the node that the credential is for. */
  readonly recipient?: 'p256' | 'rsa2048';
  /** Entries of a roster message, bytes of a reading. */
  readonly items?: number;
}

/**
 * Bytes of the longest message of a kind before link headers, computed from the table: the
 * largest value of every field, encoded.
 */
export const maximumBytes = (name: MessageName, sizes: SizeCase): number => {
  const spec = specOf(name);
  const values = (fields: Fields): AnyValues =>
    Object.fromEntries(
      Object.entries(fields).map(([key, field]) => [key, largest(key, field, sizes)]),
    );
  const open = encodeOpen({ name, kid: 255, counter: 2 ** 32 - 1 }, values(spec.clear));
  const body =
    spec.body === 'raw' ? (sizes.items ?? 0) : encodeBody(name, values(spec.body)).length;
  return open.length + body + tagBytes(name);
};

/** Lengths of fields that depend on the kind of a storage key, in either form. */
const BY_SUITE: Readonly<Record<string, readonly [p256: number, rsa2048: number]>> = {
  storageKey: [33, 256],
  seed: [33, 256],
  wrap: [205, 428],
};

function largest(key: string, field: Field, sizes: SizeCase): unknown {
  switch (field.kind) {
    case 'uint':
      return field.max;
    case 'choice':
      return field.words.at(-1);
    case 'list':
      return Array.from({ length: sizes.items ?? 0 }, () =>
        Object.fromEntries(Object.entries(field.of).map(([k, of]) => [k, largest(k, of, sizes)])),
      );
    case 'bytes':
      return new Uint8Array(longest(key, field.lengths, sizes));
  }
}

function longest(key: string, lengths: readonly number[], sizes: SizeCase): number {
  const kind = key === 'seed' ? (sizes.recipient ?? sizes.storageKey) : sizes.storageKey;
  if (key === 'ticket') return maximumBytes('ticket', sizes);
  const pair = BY_SUITE[key];
  return pair === undefined ? Math.max(...lengths) : pair[kind === 'p256' ? 0 : 1];
}
