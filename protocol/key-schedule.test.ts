import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat, sha256, toHex, utf8 } from './bytes.ts';
import {
  type Derivation,
  derivationBlock,
  firstJoinKey,
  keyId,
  masterKey,
  offerKey,
  presentationKey,
} from './key-schedule.ts';
import { PURPOSES, type Purpose } from './messages.ts';
import { Secret } from './secret.ts';

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);
const hmac = (key: Uint8Array, ...data: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(
    createHmac('sha256', key)
      .update(concat(...data))
      .digest(),
  );

/** RFC 5869 §2 for one block of output. */
const hkdfByHand = (ikm: Uint8Array, salt: Uint8Array, info: Uint8Array): string =>
  toHex(hmac(hmac(salt.length === 0 ? filled(32, 0) : salt, ikm), info, Uint8Array.of(1)));

describe('the block that a TPM turns into a traffic key', () => {
  const derivation: Derivation = {
    purpose: 'control',
    netId: Uint8Array.of(0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7),
    src: 0x0102,
    dst: 0x0304,
    srcEpoch: 0x05060708,
    dstEpoch: 0x090a0b0c,
  };

  test('is "TIES1", purpose, network, source, destination, epochs, and a hash: 58 bytes', () => {
    const block = derivationBlock(derivation);
    expect(block.length).toBe(58);
    expect(toHex(block)).toBe(
      '5449455331' +
        '01' +
        'a0a1a2a3a4a5a6a7' +
        '0102' +
        '0304' +
        '05060708' +
        '090a0b0c' +
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  test('ends in the hash of its context', () => {
    const context = utf8('context');
    expect(derivationBlock({ ...derivation, context }).slice(26)).toEqual(sha256(context));
  });

  test('gives each purpose a byte of its own, none of them 0', () => {
    const blocks = (Object.keys(PURPOSES) as Purpose[]).map((purpose) =>
      toHex(derivationBlock({ ...derivation, purpose })),
    );
    expect(new Set(blocks).size).toBe(6);
    expect(PURPOSES).toEqual({ control: 1, ticket: 2, rejoin: 3, confirm: 4, ack: 5, data: 6 });
  });

  test.each<Partial<Derivation>>([
    { purpose: 'data' },
    { netId: Uint8Array.of(0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa8) },
    { src: 0x0103 },
    { dst: 0x0305 },
    { src: derivation.dst, dst: derivation.src },
    { srcEpoch: 0x05060709 },
    { dstEpoch: 0x090a0b0d },
    { srcEpoch: derivation.dstEpoch, dstEpoch: derivation.srcEpoch },
    { context: Uint8Array.of(0) },
  ])('is another with %o', (change) => {
    expect(derivationBlock({ ...derivation, ...change })).not.toEqual(derivationBlock(derivation));
  });
});

test('a key id is the first byte of SHA-256 over what names the key', () => {
  expect(keyId(utf8('ab'), utf8('c'))).toBe(0xba);
  expect(keyId()).toBe(0xe3);
});

describe('keys of a join', () => {
  const given = {
    accessKey: filled(16, 1),
    agreed: filled(32, 2),
    credential: filled(16, 3),
    devId: filled(12, 4),
    netId: filled(8, 5),
    nodeShare: filled(32, 6),
    centerShare: filled(32, 7),
    transcript: filled(32, 8),
  };
  type Given = typeof given;

  const secrets = (of: Given) => ({
    accessKey: new Secret(of.accessKey),
    agreed: new Secret(of.agreed),
    credential: new Secret(of.credential),
  });
  const KEYS = {
    J1: (of: Given) => firstJoinKey(secrets(of).accessKey, of.devId),
    J2: (of: Given) => offerKey(secrets(of).accessKey, of.devId, of.nodeShare, of.centerShare),
    J3: (of: Given) => presentationKey('J3', secrets(of), of.transcript, of.netId, of.devId),
    J4: (of: Given) => presentationKey('J4', secrets(of), of.transcript, of.netId, of.devId),
    MK: (of: Given) => masterKey(secrets(of), of.transcript, of.netId, of.devId),
  } as const;
  const keyOf = (name: keyof typeof KEYS, of: Given): string => toHex(KEYS[name](of).reveal());

  const { accessKey, agreed, credential, devId, netId, nodeShare, centerShare, transcript } = given;
  const none = new Uint8Array(0);
  const both = concat(accessKey, agreed);
  test.each([
    ['J1', accessKey, none, concat(utf8('TIES1 J1'), devId)],
    ['J2', accessKey, none, concat(utf8('TIES1 J2'), devId, nodeShare, centerShare)],
    ['J3', both, transcript, concat(utf8('TIES1 J3'), netId, devId)],
    ['J4', both, transcript, concat(utf8('TIES1 J4'), netId, devId)],
    ['MK', concat(both, credential), transcript, concat(utf8('TIES1 MK'), netId, devId)],
  ] as const)('%s is what HKDF by hand gives', (name, ikm, salt, info) => {
    expect(keyOf(name, given)).toBe(hkdfByHand(ikm, salt, info));
  });

  test.each([
    ['J1', '4389af6bcea9a1c232df65ababeea7c1c0e212fa793d2aaa4e407ab1a0985a27'],
    ['J2', '40432c616f3a9f220ea9743e2d5aad56eba74924f8ed4462a38b93a748e7f914'],
    ['J3', 'ee7a98dcf5fd882de53e9ade8ad8bc458cbdb88a8409017f5a6b4b081730f98d'],
    ['J4', 'ac1fc080033a52755e331634aff9954b5d50186c3f95740f37e8c922990973e2'],
    ['MK', '6d25ab1c8dac62d9d6f45489fd6ca4460f76aa4d8c265145694f299354e33342'],
  ] as const)('%s stays what it is today', (name, key) => {
    expect(keyOf(name, given)).toBe(key);
  });

  test.each([
    ['J1', ['accessKey', 'devId']],
    ['J2', ['accessKey', 'devId', 'nodeShare', 'centerShare']],
    ['J3', ['accessKey', 'agreed', 'transcript', 'netId', 'devId']],
    ['J4', ['accessKey', 'agreed', 'transcript', 'netId', 'devId']],
    ['MK', ['accessKey', 'agreed', 'credential', 'transcript', 'netId', 'devId']],
  ] as const)('%s is another when any of %j is', (name, inputs) => {
    for (const input of inputs) {
      const changed = given[input].with(given[input].length - 1, 99);
      expect(keyOf(name, { ...given, [input]: changed })).not.toBe(keyOf(name, given));
    }
  });

  test('are all different', () => {
    const keys = (Object.keys(KEYS) as (keyof typeof KEYS)[]).map((name) => keyOf(name, given));
    expect(new Set(keys).size).toBe(5);
  });
});
