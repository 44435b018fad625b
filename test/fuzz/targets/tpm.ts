import { createECDH } from 'node:crypto';
import { equalBytes } from '../../../protocol/bytes.ts';
import {
  compressed,
  decodePoint,
  marshalPoint,
  unmarshalPoint,
} from '../../../protocol/tpm/ecc-point.ts';
import {
  keyedHashPublic,
  masterKeyPublic,
  parseKeyedHash,
  sealedPublic,
  sessionKeyPublic,
} from '../../../protocol/tpm/keyed-hash.ts';
import { concat } from '../../../protocol/tpm/marshal.ts';
import { marshalSensitive, unmarshalSensitive } from '../../../protocol/tpm/sensitive.ts';
import {
  parseStorageKey,
  SUITES,
  storageKeyPublic,
  uniqueBytes,
} from '../../../protocol/tpm/storage-key.ts';
import { decodeWrap } from '../../../protocol/tpm/wrap.ts';
import { holds, type Target } from './target.ts';

const DIGEST = new Uint8Array(32).fill(5);
/** A point whose coordinates are whole, found from a fixed key. */
const POINT = createECDH('prime256v1');
POINT.setPrivateKey(Buffer.alloc(32, 7));
const point = decodePoint(POINT.getPublicKey());
const modulus = new Uint8Array(256).fill(0xc3);
const uniqueOf = (suite: (typeof SUITES)[number]): Uint8Array =>
  uniqueBytes(suite) === 33 ? compressed(point) : modulus;

const keys = SUITES.map((suite) => storageKeyPublic({ suite, unique: uniqueOf(suite) }));
const hashes = [sessionKeyPublic(DIGEST, DIGEST), masterKeyPublic(DIGEST), sealedPublic(DIGEST)];
const sensitives = [marshalSensitive({ obfuscation: DIGEST, bits: DIGEST })];
const wraps = (suite: 1 | 2): Uint8Array[] => [
  concat(DIGEST, new Uint8Array(140).fill(3), uniqueOf(suite)),
];

/** What is read must be written the same again: a Name is the digest of these bytes. */
const again =
  <T>(read: (bytes: Uint8Array) => T, write: (value: T) => Uint8Array) =>
  (bytes: Uint8Array): T => {
    const value = read(bytes);
    holds(value === null || equalBytes(write(value), bytes), 'another object');
    return value;
  };

/** Structures that come from a TPM, or wrapped from a peer. */
export const tpmTargets: readonly Target[] = [
  { name: 'wrap, P-256', take: (bytes) => decodeWrap(1, bytes), corpus: wraps(1), weight: 10 },
  { name: 'wrap, RSA', take: (bytes) => decodeWrap(2, bytes), corpus: wraps(2), weight: 20 },
  {
    name: 'TPM key, keyed hash',
    take: again(parseKeyedHash, keyedHashPublic),
    corpus: hashes,
    weight: 40,
  },
  {
    name: 'TPM key, storage',
    take: again(parseStorageKey, storageKeyPublic),
    corpus: keys,
    weight: 40,
  },
  { name: 'TPM sensitive', take: unmarshalSensitive, corpus: sensitives, weight: 30 },
  {
    name: 'TPM point',
    take: again(unmarshalPoint, (read) => marshalPoint(read as NonNullable<typeof read>)),
    corpus: [marshalPoint(point)],
    weight: 20,
  },
];
