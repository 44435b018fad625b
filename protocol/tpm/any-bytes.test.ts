import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TiesError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { makeCredential, openCredential } from './credential.ts';
import { duplicate, importDuplicate } from './duplication.ts';
import { decodePoint, marshalPoint, unmarshalPoint } from './ecc-point.ts';
import { expandSeed } from './encrypted-secret.ts';
import { parseKeyedHash, sessionKeyPublic } from './keyed-hash.ts';
import type { StorageKeyPair } from './secret-sharing.ts';
import { marshalSensitive, unmarshalSensitive } from './sensitive.ts';
import { parseStorageKey, storageKeyName, storageKeyPublic } from './storage-key.ts';
import vectors from './vectors.json' with { type: 'json' };
import { decodeWrap, encodeWrap } from './wrap.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
let drawn = 0;
/** Never the same and never zero: every run of this file is one and the same. */
const random = {
  bytes: (length: number) => {
    drawn += 1;
    return Uint8Array.from({ length }, (_, at) => 1 + ((at * 37 + drawn * 101) % 250));
  },
};

const peer: StorageKeyPair = {
  suite: 1,
  unique: hex(vectors.peer.unique),
  private: new Secret(hex(vectors.peer.scalar)),
};
const MODULUS = new Uint8Array(256).fill(0xab);
const name = storageKeyName(peer);
const sensitive = { obfuscation: random.bytes(32), bits: random.bytes(32) };
const moved = duplicate({ newParent: peer, name, sensitive, random });
const unique = random.bytes(32);
const wrap = encodeWrap(1, { unique, ...moved }) ?? expect.fail('a short coordinate');
const credential = makeCredential({ storageKey: peer, credential: random.bytes(16), random });
const seedOf = (bytes: Uint8Array) => ({ idObject: credential.idObject, seed: bytes });

/** Everything here that reads what a peer or a TPM has sent, with an example that it takes. */
const READERS: Readonly<Record<string, [read: (bytes: Uint8Array) => unknown, good: Uint8Array]>> =
  {
    'a point': [decodePoint, peer.unique],
    'a TPMS_ECC_POINT': [unmarshalPoint, marshalPoint(decodePoint(peer.unique))],
    'a seed to P-256': [(bytes) => expandSeed(1, bytes), peer.unique],
    'a wrap to P-256': [(bytes) => decodeWrap(1, bytes), wrap],
    'a wrap to RSA': [(bytes) => decodeWrap(2, bytes), new Uint8Array(428).fill(7)],
    'a duplicate': [
      (bytes) => importDuplicate(peer, name, { ...moved, duplicate: bytes }),
      moved.duplicate,
    ],
    'the seed of a duplicate': [
      (bytes) => importDuplicate(peer, name, { ...moved, encryptedSecret: bytes }),
      moved.encryptedSecret,
    ],
    'a credential': [
      (bytes) => openCredential(peer, { ...credential, idObject: bytes }),
      credential.idObject,
    ],
    'the seed of a credential': [(bytes) => openCredential(peer, seedOf(bytes)), credential.seed],
    'a storage key of P-256': [
      (bytes) => storageKeyPublic({ suite: 1, unique: bytes }),
      peer.unique,
    ],
    'a storage key of RSA': [(bytes) => storageKeyPublic({ suite: 2, unique: bytes }), MODULUS],
    'the public area of a storage key': [parseStorageKey, storageKeyPublic(peer)],
    'the public area of a session key': [parseKeyedHash, sessionKeyPublic(unique, unique)],
    'a sensitive area': [unmarshalSensitive, marshalSensitive(sensitive)],
  };

/** Bytes of no meaning, and the good ones with some of them others, missing or too many. */
const bytesNear = (good: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc
      .tuple(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 3 }),
        fc.nat(good.length),
        fc.uint8Array({ maxLength: 3 }),
      )
      .map(([changes, kept, more]) => {
        const copy = Uint8Array.from(good);
        for (const [at, byte] of changes) copy[at] = byte;
        return Uint8Array.from([...copy.subarray(0, kept), ...more]);
      }),
  );

describe.each(Object.entries(READERS))('%s', (_, [read, good]) => {
  test('is taken as it was made', () => {
    expect(() => read(good)).not.toThrow();
  });

  test('is taken or refused by name, whatever the bytes', () => {
    let refused = 0;
    fc.assert(
      fc.property(bytesNear(good), (bytes) => {
        try {
          read(bytes);
        } catch (error) {
          refused += 1;
          expect(error).toBeInstanceOf(TiesError);
          expect((error as TiesError).code).toMatch(/^TPM_/);
        }
      }),
    );
    expect(refused).toBeGreaterThan(0);
  });
});
