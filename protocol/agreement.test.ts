import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agree, ephemeral } from './agreement.ts';
import { toHex } from './bytes.ts';
import { Secret } from './secret.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** RFC 7748 §6.1. */
const alice = ephemeral(hex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'));
const bob = ephemeral(hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'));

test('shares and secret are those of RFC 7748', () => {
  expect(toHex(alice.share)).toBe(
    '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
  );
  expect(toHex(bob.share)).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
  const agreed = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';
  expect(toHex(agree(alice, bob.share)?.reveal() as Uint8Array)).toBe(agreed);
  expect(toHex(agree(bob, alice.share)?.reveal() as Uint8Array)).toBe(agreed);
});

test('both ends agree on the same, whatever their keys, also where a pair comes from elsewhere', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const [own, peer] = [ephemeral(one), ephemeral(other)];
      const agreed = agree(own, peer.share)?.reveal() as Uint8Array;
      expect(agreed.length).toBe(32);
      expect(agree(peer, own.share)?.reveal()).toEqual(agreed);
      const rebuilt = { privateKey: new Secret(one), share: own.share };
      expect(agree(rebuilt, peer.share)?.reveal()).toEqual(agreed);
    }),
    { numRuns: 10 },
  );
});

test.each([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])('a share of low order agrees on nothing: %s', (share) => {
  expect(agree(alice, hex(share))).toBeNull();
});

test.each([0, 31, 33, 64])('a share of %i bytes agrees on nothing', (length) => {
  const share = new Uint8Array(length).fill(9);
  share.set(bob.share.subarray(0, length));
  expect(agree(alice, share)).toBeNull();
});
