import { systemRandom } from '../../drivers/random/system.ts';
import type { Tpm, TpmOperationName } from '../../drivers/tpm/interface.ts';
import { toHex } from '../../protocol/bytes.ts';
import { Secret } from '../../protocol/secret.ts';
import { makeCredential } from '../../protocol/tpm/credential.ts';
import { storageKeyName } from '../../protocol/tpm/storage-key.ts';

/**
 * What a node's TPM is asked, each ready to be performed again and again on a TPM that this
 * provisions: those that hand out a secret end with it as hex, the others with null.
 */
export const operationsOf = async (tpm: Tpm) => {
  const { storageKey, accessKey } = await tpm.perform('provision', { role: 'node', suite: 1 });
  const masterKey = new Secret(new Uint8Array(32).fill(7));
  await tpm.perform('persistMasterKey', { masterKey });
  const name = storageKeyName(storageKey);
  const made = await tpm.perform('createSessionKey', { center: storageKey, peerName: name });
  const sealed = await tpm.perform('sealAccessKey', { accessKey: accessKey as Secret });
  const credential = new Uint8Array(16).fill(1);
  const offered = makeCredential({ storageKey, credential, random: systemRandom });
  const blocks = [Uint8Array.of(1)];
  const derived = (secrets: readonly Secret[]): string => toHex((secrets[0] as Secret).reveal());
  const revealed = (secret: Secret): string => toHex(secret.reveal());
  const none = (): null => null;
  return [
    ['derive', async () => derived(await tpm.perform('derive', { key: 'masterKey', blocks }))],
    ['derive', async () => derived(await tpm.perform('derive', { key: made.key, blocks }))],
    ['readAccessKey', async () => revealed(await tpm.perform('readAccessKey', {}))],
    ['unsealAccessKey', async () => revealed(await tpm.perform('unsealAccessKey', { sealed }))],
    ['activateCredential', async () => revealed(await tpm.perform('activateCredential', offered))],
    ['boot', () => tpm.perform('boot', {}).then(none)],
    ['createMasterKey', () => tpm.perform('createMasterKey', { masterKey }).then(none)],
    ['sealAccessKey', () => tpm.perform('sealAccessKey', { accessKey: masterKey }).then(none)],
    ['writeIdentity', () => tpm.perform('writeIdentity', { identity: name }).then(none)],
    ['raiseRosterFloor', () => tpm.perform('raiseRosterFloor', { version: 1 }).then(none)],
    [
      'createSessionKey',
      () => tpm.perform('createSessionKey', { center: storageKey, peerName: name }).then(none),
    ],
    [
      'importSessionKey',
      () => tpm.perform('importSessionKey', { wrap: made.wrap, centerName: name }).then(none),
    ],
    ['translate', () => tpm.perform('translate', { wrap: made.wrap, to: storageKey }).then(none)],
  ] as const satisfies readonly (readonly [TpmOperationName, () => Promise<string | null>])[];
};
