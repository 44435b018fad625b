import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { TiesError } from '../../protocol/errors.ts';

/** Version of the file; a reader takes none above its own. */
export const BACKUP_VERSION = 1;

const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** What a guess at the passphrase costs. */
export interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB (RFC 7914 §2: 128 · N · r bytes) and some 0.4 s. */
const COST: Cost = { N: 2 ** 17, r: 8, p: 1 };
const MAX_MEMORY_BYTES = 512 * 2 ** 20;
/** A passphrase that a machine can guess protects nothing. */
export const MIN_PASSPHRASE = 12;

const headerSchema = z.strictObject({
  ties: z.literal('backup'),
  version: z.int().min(1),
  scrypt: z.strictObject({
    N: z
      .int()
      .min(2)
      .max(COST.N * 2),
    r: z
      .int()
      .min(1)
      .max(COST.r * 2),
    p: z
      .int()
      .min(1)
      .max(COST.p * 4),
  }),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  nonce: z.string().regex(/^[0-9a-f]{24}$/),
});

/**
 * A line of JSON that says how the key is made, then AES-256-GCM over `content` under
 * scrypt(passphrase, salt), the line being associated data, and its tag. Throws
 * `BACKUP_PASSPHRASE` for one that is too short.
 */
export const sealFile = async (
  content: Uint8Array,
  passphrase: string,
  cost = COST,
): Promise<Buffer> => {
  if (passphrase.length < MIN_PASSPHRASE)
    throw new TiesError(
      'BACKUP_PASSPHRASE',
      `The passphrase is shorter than ${MIN_PASSPHRASE} characters; take some words that nobody guesses.`,
    );
  const [salt, nonce] = [randomBytes(16), randomBytes(NONCE_BYTES)];
  const header = Buffer.from(
    `${JSON.stringify({
      ...{ ties: 'backup', version: BACKUP_VERSION, scrypt: cost },
      ...{ salt: salt.toString('hex'), nonce: nonce.toString('hex') },
    })}\n`,
  );
  const cipher = createCipheriv(CIPHER, await keyOf(passphrase, salt, cost), nonce);
  cipher.setAAD(header);
  return Buffer.concat([header, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
};

/**
 * What was sealed. Throws `BACKUP_MALFORMED` for what is no such file, `BACKUP_NEWER` for one of a
 * later version, `BACKUP_WRONG_PASSPHRASE` where the tag does not hold: another passphrase, or the
 * file was changed.
 */
export const openFile = async (file: Buffer, passphrase: string): Promise<Uint8Array> => {
  const end = file.indexOf('\n') + 1;
  const { version, salt, nonce, scrypt: cost } = headerOf(file.subarray(0, end));
  if (version > BACKUP_VERSION)
    throw new TiesError(
      'BACKUP_NEWER',
      `The backup is of version ${version}, this ties knows up to ${BACKUP_VERSION}: install the newer ties.`,
    );
  const key = await keyOf(passphrase, Buffer.from(salt, 'hex'), cost);
  const decipher = createDecipheriv(CIPHER, key, Buffer.from(nonce, 'hex'));
  decipher.setAAD(file.subarray(0, end));
  const tagAt = file.length - TAG_BYTES;
  if (tagAt < end) throw malformed();
  decipher.setAuthTag(file.subarray(tagAt));
  try {
    return Uint8Array.from(
      Buffer.concat([decipher.update(file.subarray(end, tagAt)), decipher.final()]),
    );
  } catch (cause) {
    throw new TiesError(
      'BACKUP_WRONG_PASSPHRASE',
      'The passphrase does not open this backup, or the file was changed. Type it again, or take another copy.',
      { cause },
    );
  }
};

const headerOf = (line: Buffer): z.infer<typeof headerSchema> => {
  try {
    return headerSchema.parse(JSON.parse(line.toString()));
  } catch {
    throw malformed();
  }
};

const malformed = (): TiesError =>
  new TiesError('BACKUP_MALFORMED', 'This file is no backup of ties, or it was cut off.');

const keyOf = (passphrase: string, salt: Buffer, cost: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { ...cost, maxmem: MAX_MEMORY_BYTES };
    // As it was typed on any keyboard: composed, RFC 8265.
    scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
