import { describe, expect, test } from 'vitest';
import { systemRandom } from '../../../drivers/random/system.ts';
import { makeCredential } from '../../../protocol/tpm/credential.ts';
import { flipped, type Party, type PartyMaker, refused } from '../party.ts';

const credential = systemRandom.bytes(16);

const credentialFor = ({ storageKey }: Party) =>
  makeCredential({ storageKey, credential, random: systemRandom });

export const describeCredential = (maker: PartyMaker): void => {
  describe('a credential made in software', () => {
    test('is activated by the TPM it was made for', async () => {
      for (const role of ['node', 'center'] as const) {
        const party = await maker.party(role);
        const opened = await party.tpm.perform('activateCredential', credentialFor(party));
        expect(opened.reveal()).toEqual(credential);
      }
    });

    test('is refused by any other', async () => {
      const [node, other] = [await maker.party('node'), await maker.party('node')];
      const made = credentialFor(node);
      await refused(other.tpm.perform('activateCredential', made), 'TPM_REFUSED');
    });

    test('is refused where a bit or a length is another', async () => {
      const node = await maker.party('node');
      const { idObject, seed } = credentialFor(node);
      const wrong = [
        { idObject: flipped(idObject, 20), seed },
        { idObject: flipped(idObject, 50), seed },
        { idObject: idObject.subarray(0, 51), seed },
        { idObject: new Uint8Array(0), seed },
        { idObject, seed: seed.with(0, (seed[0] as number) ^ 0x80) },
        { idObject, seed: flipped(seed, 20) },
        { idObject, seed: seed.subarray(1) },
      ];
      for (const input of wrong) {
        await refused(node.tpm.perform('activateCredential', input), 'TPM_REFUSED');
      }
    });
  });
};
