import { describe, expect, test } from 'vitest';
import { toHex } from '../../../protocol/bytes.ts';
import { decodePoint } from '../../../protocol/tpm/ecc-point.ts';
import {
  type StorageKey,
  storageKeyPublic,
  uniqueBytes,
} from '../../../protocol/tpm/storage-key.ts';
import { boot, flipped, type PartyMaker, refused, restartParty } from '../party.ts';

export const describeProvisioning = (maker: PartyMaker, suite: StorageKey['suite']): void => {
  describe('provisioning', () => {
    test('gives a node a storage key and a one-time access key', async () => {
      const { provisioned, booted, storageKey } = await maker.party('node');
      expect(storageKey.suite).toBe(suite);
      expect(storageKey.unique.length).toBe(uniqueBytes(suite));
      expect(() => storageKeyPublic(storageKey)).not.toThrow();
      expect(provisioned.accessKey?.reveal().length).toBe(16);
      expect(provisioned.rosterKey).toBeNull();
      expect(booted).toEqual({
        epoch: booted.epoch,
        storageKey,
        hasAccessKey: true,
        hasMasterKey: false,
        identity: null,
        rosterFloor: 0,
        rosterKey: null,
        translation: 'duplicate',
      });
    });

    test('gives the center a storage key and a roster key', async () => {
      const { provisioned, booted } = await maker.party('center');
      expect(provisioned.accessKey).toBeNull();
      expect(() => decodePoint(provisioned.rosterKey as Uint8Array)).not.toThrow();
      expect(provisioned.rosterKey?.length).toBe(33);
      expect(booted.rosterKey).toEqual(provisioned.rosterKey);
      expect(booted.hasAccessKey).toBe(false);
    });

    test('gives every TPM keys of its own', async () => {
      const [one, other] = [await maker.party('node'), await maker.party('node')];
      expect(one.storageKey.unique).not.toEqual(other.storageKey.unique);
      expect(one.provisioned.accessKey?.reveal()).not.toEqual(
        other.provisioned.accessKey?.reveal(),
      );
    });

    test.each(['node', 'center'] as const)('is refused a second time (%s)', async (role) => {
      const { tpm, booted } = await maker.party(role);
      for (const again of ['node', 'center'] as const) {
        await refused(tpm.perform('provision', { role: again, suite }), 'TPM_ALREADY_PROVISIONED');
      }
      expect(await boot(tpm)).toEqual({ ...booted, epoch: expect.any(Number) });
    });

    test('has to come first', async () => {
      const { tpm } = await maker.blank();
      await refused(boot(tpm), 'TPM_NOT_PROVISIONED');
      await refused(tpm.perform('readAccessKey', {}), 'TPM_NOT_PROVISIONED');
      await refused(tpm.perform('sign', { digest: new Uint8Array(32) }), 'TPM_NOT_PROVISIONED');
      await refused(tpm.perform('raiseRosterFloor', { version: 1 }), 'TPM_NOT_PROVISIONED');
    });
  });

  describe('the boot epoch', () => {
    test('rises with every boot, within a process and over restarts', async () => {
      const first = await maker.party('node');
      const epochs = [first.booted.epoch, (await boot(first.tpm)).epoch];
      const second = await restartParty(first);
      epochs.push(second.booted.epoch, (await boot(second.tpm)).epoch);
      epochs.push((await restartParty(second)).booted.epoch);
      const rising = epochs.every((epoch, at) => at === 0 || epoch > (epochs[at - 1] as number));
      expect(rising, epochs.join(' ')).toBe(true);
    });

    test('is not shared with a second process, which has to wait', async (context) => {
      const { chip, tpm, booted } = await maker.party('node');
      if (!chip.rival) return context.skip();
      const rival = await chip.rival();
      await refused(boot(rival), 'TPM_UNAVAILABLE');
      await rival.close();
      expect((await boot(tpm)).epoch).toBeGreaterThan(booted.epoch);
    });

    test('is for no one once the TPM is closed', async () => {
      const { tpm } = await maker.party('node');
      await tpm.close();
      await refused(tpm.perform('boot', {}), 'TPM_UNAVAILABLE');
    });
  });

  describe('the one-time access key', () => {
    test('is readable until it is removed', async () => {
      const party = await maker.party('node');
      const key = party.provisioned.accessKey?.reveal();
      expect((await party.tpm.perform('readAccessKey', {})).reveal()).toEqual(key);
      const { tpm } = await restartParty(party);
      expect((await tpm.perform('readAccessKey', {})).reveal()).toEqual(key);
    });

    test('is gone for good once removed, and may be removed again', async () => {
      const party = await maker.party('node');
      await party.tpm.perform('removeAccessKey', {});
      await party.tpm.perform('removeAccessKey', {});
      await refused(party.tpm.perform('readAccessKey', {}), 'TPM_REFUSED');
      const { tpm, booted } = await restartParty(party);
      expect(booted.hasAccessKey).toBe(false);
      await refused(tpm.perform('readAccessKey', {}), 'TPM_REFUSED');
      await tpm.perform('removeAccessKey', {});
    });

    test('sealed at the center comes out there only', async () => {
      const [center, other] = [await maker.party('center'), await maker.party('center')];
      const accessKey = (await maker.party('node')).provisioned.accessKey;
      if (!accessKey) throw new Error('A node has an access key.');
      const sealed = await center.tpm.perform('sealAccessKey', { accessKey });
      expect(toHex(sealed.private)).not.toContain(toHex(accessKey.reveal()));
      const { tpm } = await restartParty(center);
      const opened = await tpm.perform('unsealAccessKey', { sealed });
      expect(opened.reveal()).toEqual(accessKey.reveal());
      await refused(other.tpm.perform('unsealAccessKey', { sealed }), 'TPM_REFUSED');
      const damaged = { ...sealed, private: flipped(sealed.private, 40) };
      await refused(tpm.perform('unsealAccessKey', { sealed: damaged }), 'TPM_REFUSED');
    });
  });
};
