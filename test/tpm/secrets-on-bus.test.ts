import { expect, test } from 'vitest';
import { systemRandom } from '../../drivers/random/system.ts';
import type { TpmOperationName, TpmOperations } from '../../drivers/tpm/interface.ts';
import { Secret } from '../../protocol/secret.ts';
import { makeCredential } from '../../protocol/tpm/credential.ts';
import { Unmarshaller } from '../../protocol/tpm/marshal.ts';
import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import { TPM_CC } from '../../simulations/swtpm/command-names.ts';
import { bodyOf } from '../../simulations/swtpm/message.ts';
import { makeSwtpm } from './swtpm-under-test.ts';

/** tpmKey and the size of encryptedSalt in TPM2_StartAuthSession (TPM 2.0 Part 3, 11.1). */
const saltOf = (command: Uint8Array): { key: number; bytes: number } => {
  const from = new Unmarshaller(bodyOf(command));
  const key = from.uint32();
  from.uint32();
  from.sized();
  return { key, bytes: from.sized().length };
};

const CARRYING_SECRETS: readonly number[] = [
  TPM_CC.ActivateCredential,
  TPM_CC.HMAC,
  TPM_CC.Unseal,
  TPM_CC.GetRandom,
];

/**
 * Salted sessions, by the ephemeral point under the storage key: the one that stands; where the
 * key has a policy, one more for the credential.
 */
test.each([
  { suite: 1, profile: slb9670, salted: 1 },
  { suite: 3, profile: null, salted: 2 },
] as const)('no secret crosses the bus in the clear, suite $suite', async (given) => {
  const { suite, profile, salted } = given;
  const bytes: Uint8Array[] = [];
  const salts: { key: number; bytes: number }[] = [];
  const seen = new Set<number>();
  const chip = await makeSwtpm({
    ...(profile && { profile }),
    observe: ({ commandCode, command, response }) => {
      seen.add(commandCode);
      if (commandCode === TPM_CC.StartAuthSession) salts.push(saltOf(command));
      bytes.push(command, response);
    },
  });
  const { tpm } = chip;
  const secrets: Uint8Array[] = [];
  const keep = (secret: Secret): Secret => {
    secrets.push(secret.reveal());
    return secret;
  };
  const perform = <Name extends TpmOperationName>(
    name: Name,
    input: TpmOperations[Name]['input'],
  ) => tpm.perform(name, input);

  const { storageKey, accessKey } = await perform('provision', { role: 'node', suite });
  keep(accessKey as Secret);
  await perform('readAccessKey', {});
  const credential = systemRandom.bytes(16);
  const made = makeCredential({ storageKey, credential, random: systemRandom });
  keep(await perform('activateCredential', made));
  const masterKey = keep(new Secret(systemRandom.bytes(32)));
  await perform('persistMasterKey', { masterKey });
  const key = await perform('createMasterKey', { masterKey });
  const other = keep(new Secret(systemRandom.bytes(16)));
  const sealed = await perform('sealAccessKey', { accessKey: other });
  await perform('unsealAccessKey', { sealed });
  const blocks = [systemRandom.bytes(58)];
  for (const of of ['masterKey', key] as const) {
    for (const digest of await perform('derive', { key: of, blocks })) keep(digest);
  }
  await chip.release();

  const withSalt = salts.filter(({ bytes }) => bytes > 0);
  expect(withSalt).toEqual(Array(salted).fill({ key: 0x81000001, bytes: 68 }));
  const bus = Buffer.concat(bytes);
  expect(bus.includes(Buffer.from(storageKey.unique.subarray(1)))).toBe(true);
  for (const code of CARRYING_SECRETS) expect(seen).toContain(code);
  expect(secrets.length).toBe(6);
  for (const secret of secrets) expect(bus.includes(Buffer.from(secret))).toBe(false);
});
