import { createSign, ECDH, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valuesArbitrary } from '../test/protocol/arbitrary.ts';
import { encodeBody } from './body.ts';
import { concat, sha256, toHex, utf8 } from './bytes.ts';
import type { ChoiceField, ListField } from './fields.ts';
import { MESSAGES } from './messages.ts';
import {
  addressesOn,
  applyDelta,
  callPreimage,
  chainHash,
  DELTA_ENTRIES,
  deltaPreimage,
  EMPTY_ROSTER,
  entryOf,
  isActive,
  objectionTo,
  PAGE_ENTRIES,
  pageOf,
  pagePreimage,
  type RosterEntry,
  turnTo,
  verifySignature,
  withRoomFor,
  withVouched,
} from './roster.ts';

const netId = new Uint8Array(8).fill(0xa1);
const ENTRIES: ListField = MESSAGES['roster.delta'].body.entries;
const entry = valuesArbitrary(ENTRIES.of) as unknown as fc.Arbitrary<RosterEntry>;
const device = (address: number, state: RosterEntry['state'] = 'active p256'): RosterEntry => ({
  address,
  state,
  devId: new Uint8Array(8).fill(address),
});

describe('a delta', () => {
  test('replaces entries of the same addresses and keeps the rest, oldest first', () => {
    const first = applyDelta(EMPTY_ROSTER, [device(5), device(3)], new Uint8Array(16).fill(1));
    const second = applyDelta(first, [device(3, 'revoked'), device(4)], new Uint8Array(16).fill(2));
    expect(second).toEqual({
      version: 2,
      hash: new Uint8Array(16).fill(2),
      entries: [device(5), device(3, 'revoked'), device(4)],
    });
    expect(first.entries).toEqual([device(5), device(3)]);
  });

  test('leaves one entry an address, the last said, whatever it holds', () => {
    const deltas = fc.array(fc.array(entry, { maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(deltas, (changes) => {
        const said = new Map<number, RosterEntry>();
        let roster = EMPTY_ROSTER;
        for (const entries of changes) {
          for (const one of entries) said.set(one.address, one);
          roster = applyDelta(roster, entries, roster.hash);
        }
        expect(roster.version).toBe(changes.length);
        expect(roster.entries.length).toBe(said.size);
        for (const [address, one] of said) expect(entryOf(roster, address)).toEqual(one);
      }),
    );
  });
});

describe('a part of the list', () => {
  const hash = new Uint8Array(16).fill(7);
  const some = { version: 4, hash, entries: [device(2), device(3, 'left'), device(4)] };

  test('gives way to a page: of who is not on it nothing is known', () => {
    const entries = [device(12), device(13, 'revoked')];
    const turned = turnTo({ version: 9, hash, page: 1, entries });
    expect(turned).toEqual({ version: 9, hash, entries });
    expect([2, 12, 13].map((address) => objectionTo(turned, address))).toEqual([
      'unknown',
      null,
      'revoked',
    ]);
  });

  test('takes in who was vouched for, but against the list nobody is', () => {
    const [, , , vouched] = withVouched(some, { address: 9, devId: hash }).entries;
    expect(vouched).toEqual({ address: 9, devId: hash, state: 'active' });
    expect(withVouched(some, { address: 3, devId: hash })).toEqual(some);
    expect(objectionTo(withVouched(some, { address: 3, devId: hash }), 3)).toBe('revoked');
  });

  test('forgets the oldest of those that are not wanted', () => {
    const wanted = ({ address }: { address: number }) => address === 2;
    const left = (strangers: number) =>
      withRoomFor(strangers, some, wanted).entries.map(({ address }) => address);
    expect([left(0), left(1), left(2), left(9)]).toEqual([[2], [2, 4], [2, 3, 4], [2, 3, 4]]);
  });

  test('pages hold ten addresses each, from the first on', () => {
    expect([2, 11, 12, 21, 22, 65_279].map(pageOf)).toEqual([0, 0, 1, 1, 2, 6_527]);
    for (const page of [0, 1, 6_527]) {
      expect(addressesOn(page).length).toBe(PAGE_ENTRIES);
      expect(addressesOn(page).every((address) => pageOf(address) === page)).toBe(true);
    }
  });
});

test('who is active and who is not', () => {
  const states = (ENTRIES.of.state as ChoiceField).words;
  expect(states.filter((state) => isActive(device(2, state as RosterEntry['state'])))).toEqual([
    'active p256',
    'active rsa2048',
    'active p256-policy',
    'active rsa2048-policy',
  ]);
  expect(states.slice(4)).toEqual(['revoked', 'left']);
  expect(entryOf(EMPTY_ROSTER, 2)).toBeUndefined();
  expect(objectionTo(EMPTY_ROSTER, 2)).toBe('unknown');
});

describe('the hash chain', () => {
  const delta = encodeBody('roster.delta', { version: 1, entries: [device(2)] });

  test('is the first half of SHA-256 over hash, version and delta', () => {
    const hash = chainHash(EMPTY_ROSTER.hash, 1, delta);
    expect(hash).toEqual(
      sha256(concat(new Uint8Array(16), Uint8Array.of(0, 0, 0, 1), delta)).slice(0, 16),
    );
    expect(toHex(hash)).toBe('34bc71baee85b217a215289cb9e4f149');
  });

  test('is another after any other past', () => {
    const usual = toHex(chainHash(EMPTY_ROSTER.hash, 1, delta));
    expect(toHex(chainHash(new Uint8Array(16).fill(1), 1, delta))).not.toBe(usual);
    expect(toHex(chainHash(EMPTY_ROSTER.hash, 2, delta))).not.toBe(usual);
    expect(toHex(chainHash(EMPTY_ROSTER.hash, 1, delta.with(9, 77)))).not.toBe(usual);
  });
});

describe('the roster key’s signature', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([
    Buffer.of(4),
    Buffer.from(x as string, 'base64url'),
    Buffer.from(y as string, 'base64url'),
  ]);
  const rosterKey = Uint8Array.from(
    ECDH.convertKey(point, 'prime256v1', undefined, undefined, 'compressed') as Buffer,
  );
  const sign = (preimage: Uint8Array): Uint8Array =>
    Uint8Array.from(
      createSign('sha256').update(preimage).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' }),
    );
  const body = encodeBody('roster.delta', { version: 1, entries: [device(2)] });
  const hash = chainHash(EMPTY_ROSTER.hash, 1, body);
  const preimage = deltaPreimage(netId, hash, body);
  const signature = sign(preimage);

  test('holds over what was signed', () => {
    expect(rosterKey.length).toBe(33);
    expect(signature.length).toBe(64);
    expect(verifySignature(rosterKey, preimage, signature)).toBe(true);
  });

  test('does not hold over another network, past, list, or kind of list', () => {
    const other = (bytes: Uint8Array): Uint8Array => bytes.with(0, (bytes[0] as number) ^ 1);
    for (const wrong of [
      deltaPreimage(other(netId), hash, body),
      deltaPreimage(netId, other(hash), body),
      deltaPreimage(netId, hash, body.with(4, 3)),
      pagePreimage(netId, concat(hash, body)),
      concat(netId, hash, body),
    ])
      expect(verifySignature(rosterKey, wrong, signature)).toBe(false);
  });

  test('does not hold with any bit flipped, cut, or in another form', () => {
    for (let bit = 0; bit < 512; bit += 7) {
      const at = bit >> 3;
      const garbled = signature.with(at, (signature[at] as number) ^ (1 << (bit & 7)));
      expect(verifySignature(rosterKey, preimage, garbled)).toBe(false);
    }
    const der = Uint8Array.from(createSign('sha256').update(preimage).sign(privateKey));
    for (const wrong of [new Uint8Array(0), signature.slice(1), new Uint8Array(64), der])
      expect(verifySignature(rosterKey, preimage, wrong)).toBe(false);
  });

  test('does not hold under another key', () => {
    const stranger = new Uint8Array(
      ECDH.convertKey(
        generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
          .publicKey.export({ format: 'der', type: 'spki' })
          .subarray(-65),
        'prime256v1',
        undefined,
        undefined,
        'compressed',
      ) as Buffer,
    );
    expect(verifySignature(stranger, preimage, signature)).toBe(false);
    const mirrored = rosterKey.with(0, (rosterKey[0] as number) ^ 1);
    expect(verifySignature(mirrored, preimage, signature)).toBe(false);
  });

  test('of a delta, a page and a call never stand for one another', () => {
    expect(deltaPreimage(netId, hash, body)).toEqual(
      concat(utf8('TIES1 roster'), netId, hash, body),
    );
    expect(pagePreimage(netId, body)).toEqual(concat(utf8('TIES1 snapshot'), netId, body));
    expect(callPreimage(netId, body)).toEqual(concat(utf8('TIES1 call'), netId, body));
  });
});

test('a delta and a page hold as many entries as the table allows', () => {
  expect(MESSAGES['roster.delta'].body.entries.maxItems).toBe(DELTA_ENTRIES);
  expect(MESSAGES['roster.page'].body.entries.maxItems).toBe(PAGE_ENTRIES);
});

test('what was verified last vouches for nothing else', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([
    Buffer.of(4),
    ...[x, y].map((one) => Buffer.from(one, 'base64url')),
  ]);
  const key = ECDH.convertKey(point, 'prime256v1', undefined, undefined, 'compressed') as Buffer;
  const said = utf8('a list');
  const signature = createSign('sha256')
    .update(said)
    .sign({ key: privateKey, dsaEncoding: 'ieee-p1363' });
  const forged = Uint8Array.from(signature);
  forged[40] = (forged[40] as number) ^ 1;
  for (let time = 0; time < 2; time += 1) {
    expect(verifySignature(key, said, signature)).toBe(true);
    expect(verifySignature(key, said, forged)).toBe(false);
    expect(verifySignature(key, utf8('lost'), signature)).toBe(false);
    const longer = concat(said, signature.subarray(0, 3));
    expect(verifySignature(key, longer, signature.subarray(3))).toBe(false);
  }
});
