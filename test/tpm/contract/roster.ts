import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../protocol/bytes.ts';
import { MAX_MEMBERSHIP_BYTES } from '../../../protocol/identity.ts';
import { decodePoint } from '../../../protocol/tpm/ecc-point.ts';
import { type PartyMaker, refused, restartParty } from '../party.ts';

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

const publicKey = (rosterKey: Uint8Array) => {
  const { x, y } = decodePoint(rosterKey);
  const jwk = { kty: 'EC', crv: 'P-256', x: base64url(x), y: base64url(y) };
  return createPublicKey({ key: jwk, format: 'jwk' });
};

export const describeRoster = (maker: PartyMaker): void => {
  describe('the roster', () => {
    test('is signed by the center, verifiably, always in 64 bytes', async () => {
      const { tpm, provisioned } = await restartParty(await maker.party('center'));
      const key = publicKey(provisioned.rosterKey as Uint8Array);
      for (let round = 0; round < 8; round += 1) {
        const delta = randomBytes(100);
        const signature = await tpm.perform('sign', { digest: sha256(delta) });
        expect(signature.length).toBe(64);
        expect(verify('sha256', delta, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
      }
    });

    test('is signed by nobody else, and over a SHA-256 digest only', async () => {
      const [node, center] = [await maker.party('node'), await maker.party('center')];
      await refused(node.tpm.perform('sign', { digest: new Uint8Array(32) }), 'TPM_REFUSED');
      await refused(center.tpm.perform('sign', { digest: new Uint8Array(31) }), 'TPM_REFUSED');
    });

    test('has a floor that only rises and outlives the process', async () => {
      const party = await maker.party('node');
      await party.tpm.perform('raiseRosterFloor', { version: 3 });
      await party.tpm.perform('raiseRosterFloor', { version: 3 });
      await party.tpm.perform('raiseRosterFloor', { version: 0x01020304 });
      await refused(party.tpm.perform('raiseRosterFloor', { version: 0x01020303 }), 'TPM_FLOOR');
      const { booted } = await restartParty(party);
      expect(booted.rosterFloor).toBe(0x01020304);
    });
  });

  describe('the identity', () => {
    test('is what was last written, whole, also after a restart', async () => {
      let party = await maker.party('node');
      for (const length of [MAX_MEMBERSHIP_BYTES, 57, 1]) {
        const identity = new Uint8Array(randomBytes(length));
        await party.tpm.perform('writeIdentity', { identity });
        expect((await party.tpm.perform('boot', {})).identity).toEqual(identity);
        party = await restartParty(party);
        expect(party.booted.identity).toEqual(identity);
      }
    });

    test('is refused beyond the longest join record, and then stays as it was', async () => {
      const { tpm } = await maker.party('node');
      await tpm.perform('writeIdentity', { identity: Uint8Array.of(1, 2, 3) });
      await refused(
        tpm.perform('writeIdentity', { identity: new Uint8Array(MAX_MEMBERSHIP_BYTES + 1) }),
        'TPM_REFUSED',
      );
      expect((await tpm.perform('boot', {})).identity).toEqual(Uint8Array.of(1, 2, 3));
    });
  });
};
