import { expect, test } from 'vitest';
import { masterKeyPublic, parseKeyedHash, sealedPublic, sessionKeyPublic } from './keyed-hash.ts';
import vectors from './vectors.json' with { type: 'json' };

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const unique = new Uint8Array(32).fill(7);

test('a session key has the public area a TPM accepted', () => {
  const made = hex(vectors.duplicate.public);
  const policy = hex(vectors.policy.sessionKey);
  expect(sessionKeyPublic(policy, made.subarray(-32))).toEqual(made);
  expect(parseKeyedHash(made)).toEqual({
    attributes: 0x40460,
    authPolicy: policy,
    scheme: 'hmac',
    unique: made.slice(-32),
  });
});

test('a master key and a sealed access key are fixed to their TPM', () => {
  const nothing = new Uint8Array(0);
  expect(parseKeyedHash(masterKeyPublic(unique))).toEqual({
    attributes: 0x40452,
    authPolicy: nothing,
    scheme: 'hmac',
    unique,
  });
  expect(parseKeyedHash(sealedPublic(unique))).toEqual({
    attributes: 0x452,
    authPolicy: nothing,
    scheme: 'sealed',
    unique,
  });
});

test('another type, hash or length is no such object', () => {
  const area = masterKeyPublic(unique);
  const malformed = expect.objectContaining({ code: 'TPM_MALFORMED' });
  const otherScheme = sealedPublic(unique).with(11, 0x14);
  for (const wrong of [
    otherScheme,
    area.with(1, 1),
    area.with(3, 0xc),
    area.with(13, 0xc),
    area.subarray(1),
  ]) {
    expect(() => parseKeyedHash(wrong)).toThrow(malformed);
  }
  expect(() => parseKeyedHash(Uint8Array.of(...area, 0))).toThrow(malformed);
});
