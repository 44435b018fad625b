import { describe, expect, test } from 'vitest';
import { systemRandom } from '../../../drivers/random/system.ts';
import type { KeyRef, Tpm } from '../../../drivers/tpm/interface.ts';
import { toHex } from '../../../protocol/bytes.ts';
import { Secret } from '../../../protocol/secret.ts';
import { hmacSha256 } from '../../../protocol/tpm/kdf.ts';
import { masterKeyPublic, parseKeyedHash } from '../../../protocol/tpm/keyed-hash.ts';
import { flipped, type PartyMaker, refused, restartParty } from '../party.ts';

const blocks = [58, 1, 256].map((length) => systemRandom.bytes(length));
const newKey = (): Secret => new Secret(systemRandom.bytes(32));

const derived = async (tpm: Tpm, key: KeyRef): Promise<Uint8Array[]> =>
  (await tpm.perform('derive', { key, blocks })).map((secret) => secret.reveal());

const expected = (key: Secret): Uint8Array[] =>
  blocks.map((block) => hmacSha256(key.reveal(), block));

export const describeMasterKey = (maker: PartyMaker): void => {
  describe('the master key', () => {
    test('of a node derives what HMAC-SHA256 does, also after a restart', async () => {
      const party = await maker.party('node');
      const masterKey = newKey();
      await party.tpm.perform('persistMasterKey', { masterKey });
      expect(await derived(party.tpm, 'masterKey')).toEqual(expected(masterKey));
      const { tpm, booted } = await restartParty(party);
      expect(booted.hasMasterKey).toBe(true);
      expect(await derived(tpm, 'masterKey')).toEqual(expected(masterKey));
      expect(await tpm.perform('derive', { key: 'masterKey', blocks: [] })).toEqual([]);
    });

    test('may be made persistent again, and is still one object', async () => {
      const { tpm } = await maker.party('node');
      const masterKey = newKey();
      await tpm.perform('persistMasterKey', { masterKey });
      const { persistent } = await tpm.handles();
      await tpm.perform('persistMasterKey', { masterKey });
      expect((await tpm.handles()).persistent).toBe(persistent);
      expect(await derived(tpm, 'masterKey')).toEqual(expected(masterKey));
    });

    test('gives way to another only while the access key is there', async () => {
      const { tpm } = await maker.party('node');
      const [abandoned, masterKey, late] = [newKey(), newKey(), newKey()];
      await tpm.perform('persistMasterKey', { masterKey: abandoned });
      await tpm.perform('persistMasterKey', { masterKey });
      await tpm.perform('removeAccessKey', {});
      await refused(tpm.perform('persistMasterKey', { masterKey: late }), 'TPM_REFUSED');
      await tpm.perform('persistMasterKey', { masterKey });
      expect(await derived(tpm, 'masterKey')).toEqual(expected(masterKey));
    });

    test('is refused in any other length, and before there is one', async () => {
      const [node, center] = [await maker.party('node'), await maker.party('center')];
      const masterKey = new Secret(systemRandom.bytes(31));
      await refused(node.tpm.perform('persistMasterKey', { masterKey }), 'TPM_REFUSED');
      await refused(center.tpm.perform('createMasterKey', { masterKey }), 'TPM_REFUSED');
      await refused(derived(node.tpm, 'masterKey'), 'TPM_REFUSED');
    });

    test('at the center derives the same from a blob, also after a restart', async () => {
      const [node, center] = [await maker.party('node'), await maker.party('center')];
      const masterKey = newKey();
      await node.tpm.perform('persistMasterKey', { masterKey });
      const key = await center.tpm.perform('createMasterKey', { masterKey });
      const { tpm } = await restartParty(center);
      expect(await derived(tpm, key)).toEqual(await derived(node.tpm, 'masterKey'));
    });

    test('in a blob is fixed to its TPM, hidden, and useless to another', async () => {
      const [center, other] = [await maker.party('center'), await maker.party('center')];
      const masterKey = newKey();
      const key = await center.tpm.perform('createMasterKey', { masterKey });
      expect(key.public).toEqual(masterKeyPublic(parseKeyedHash(key.public).unique));
      expect(toHex(key.private)).not.toContain(toHex(masterKey.reveal()));
      await refused(derived(other.tpm, key), 'TPM_REFUSED');
    });

    test('in a blob is refused where a bit is another', async () => {
      const { tpm } = await maker.party('center');
      const key = await tpm.perform('createMasterKey', { masterKey: newKey() });
      const wrong = [
        { ...key, private: flipped(key.private, 10) },
        { ...key, private: flipped(key.private, key.private.length - 1) },
        { ...key, private: new Uint8Array(0) },
        { ...key, public: flipped(key.public, key.public.length - 1) },
        { ...key, public: flipped(key.public, 7) },
      ];
      for (const blob of wrong) await refused(derived(tpm, blob), 'TPM_REFUSED');
    });

    test('is no sealed access key, nor the other way round', async () => {
      const { tpm } = await maker.party('center');
      const accessKey = new Secret(systemRandom.bytes(16));
      const sealed = await tpm.perform('sealAccessKey', { accessKey });
      const key = await tpm.perform('createMasterKey', { masterKey: newKey() });
      await refused(derived(tpm, sealed), 'TPM_REFUSED');
      await refused(tpm.perform('unsealAccessKey', { sealed: key }), 'TPM_REFUSED');
    });
  });
};
