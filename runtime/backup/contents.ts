import { z } from 'zod';
import { decodeValue, encodeValue } from '../../actors/store/codec.ts';
import type { Versioned } from '../../actors/store/contents.ts';
import { TiesError } from '../../protocol/errors.ts';

/** What a backup is of. */
export interface Backup extends Versioned {
  readonly role: 'node' | 'center';
  /** The device whose TPM made the keys in it, 16 hex digits. */
  readonly device: string;
}

const bytes = z.instanceof(Uint8Array);
const schema = z.strictObject({
  role: z.enum(['node', 'center']),
  device: z.string().regex(/^[0-9a-f]{16}$/),
  format: z.int().min(1),
  entries: z.array(z.tuple([z.string().min(1), bytes])),
});

const KEY = 'backup';

export const encodeBackup = ({ contents, ...of }: Backup): Uint8Array =>
  encodeValue(KEY, { ...of, entries: [...contents] });

/** Throws `BACKUP_MALFORMED`; what was authenticated may still be of another program. */
export const decodeBackup = (content: Uint8Array): Backup => {
  try {
    const { entries, ...of } = schema.parse(decodeValue(KEY, content));
    return { ...of, contents: new Map(entries) };
  } catch (cause) {
    throw new TiesError('BACKUP_MALFORMED', 'This file is no backup of ties.', { cause });
  }
};

/** What of a store only one TPM can use, counted; it is in the backup, and useless to another. */
export interface Bound {
  /** Of a center: Master Keys of its members. */
  readonly masterKeys: number;
  /** Of a center: access keys of labels that were admitted and have not served. */
  readonly accessKeys: number;
  /** Of a node. */
  readonly sessionKeys: number;
}

export const boundIn = (contents: Versioned['contents']): Bound => {
  const values = (prefix: string) =>
    [...contents].filter(([key]) => key.startsWith(prefix)).map((entry) => decodeValue(...entry));
  const waiting = values('label/') as { readonly sealed: unknown }[];
  return {
    masterKeys: values('member/').length,
    accessKeys: waiting.filter(({ sealed }) => sealed !== null).length,
    sessionKeys: values('session/').reduce<number>(
      (sum, slots) => sum + Object.keys(slots as object).length,
      0,
    ),
  };
};
