import { afterAll, beforeEach, expect, test } from 'vitest';
import { systemRandom } from '../../drivers/random/system.ts';
import { commandsOf } from '../../drivers/tpm/commands.ts';
import type { Tpm, TpmOperationName, TpmOperations } from '../../drivers/tpm/interface.ts';
import { Secret } from '../../protocol/secret.ts';
import { makeCredential } from '../../protocol/tpm/credential.ts';
import { type Suite, storageKeyName } from '../../protocol/tpm/storage-key.ts';
import { commandName } from '../../simulations/swtpm/command-names.ts';
import type { TpmUnderTest } from './party.ts';
import { makeSwtpm } from './swtpm-under-test.ts';

let seen: string[] = [];
const observe = ({ commandCode }: { commandCode: number }): void => {
  seen.push(commandName(commandCode));
};

/** A duplicate whose seed has a short coordinate, once in 128, is made again. */
const withoutRedraws = (commands: readonly string[]): string[] =>
  commands
    .join()
    .replace(/(,PolicyDuplicationSelect,PolicyOR,Duplicate)+/g, '$1')
    .split(',');

const planned = <Name extends TpmOperationName>(
  name: Name,
  input: TpmOperations[Name]['input'],
): string[] => commandsOf(name, input).map((command) => command.replace(/:.*/, ''));

const chips: TpmUnderTest[] = [];
const blank = async (): Promise<Tpm> => {
  const chip = await makeSwtpm({ observe });
  chips.push(chip);
  return chip.tpm;
};
afterAll(async () => {
  for (const chip of chips) await chip.release();
});
beforeEach(() => {
  seen = [];
});

/** Performs, and expects exactly the planned commands on the bus. */
const asPlanned = async <Name extends TpmOperationName>(
  tpm: Tpm,
  name: Name,
  input: TpmOperations[Name]['input'],
): Promise<TpmOperations[Name]['output']> => {
  seen = [];
  const output = await tpm.perform(name, input);
  expect(withoutRedraws(seen), name).toEqual(planned(name, input));
  return output;
};

const secret = (length: number): Secret => new Secret(systemRandom.bytes(length));

for (const suite of [1, 2] as const satisfies readonly Suite[]) {
  test(`the commands of every operation are those planned, suite ${suite}`, async () => {
    const [n1, center, n2] = [await blank(), await blank(), await blank()];
    const node = { role: 'node', suite } as const;
    const { storageKey } = await asPlanned(n1, 'provision', node);
    const ce = (await asPlanned(center, 'provision', { role: 'center', suite })).storageKey;
    const peer = (await n2.perform('provision', node)).storageKey;

    await asPlanned(n1, 'boot', {});
    const accessKey = await asPlanned(n1, 'readAccessKey', {});
    const credential = { storageKey, credential: systemRandom.bytes(16), random: systemRandom };
    await asPlanned(n1, 'activateCredential', makeCredential(credential));
    await asPlanned(n1, 'persistMasterKey', { masterKey: secret(32) });
    await asPlanned(n1, 'writeIdentity', { identity: systemRandom.bytes(60) });
    await asPlanned(n1, 'removeAccessKey', {});

    await asPlanned(center, 'boot', {});
    const sealed = await asPlanned(center, 'sealAccessKey', { accessKey });
    await asPlanned(center, 'unsealAccessKey', { sealed });
    await asPlanned(center, 'createMasterKey', { masterKey: secret(32) });
    await asPlanned(center, 'sign', { digest: systemRandom.bytes(32) });
    await asPlanned(center, 'raiseRosterFloor', { version: 1 });

    const [centerName, peerName] = [storageKeyName(ce), storageKeyName(peer)];
    const { key, wrap } = await asPlanned(n1, 'createSessionKey', { center: ce, peerName });
    const translated = await asPlanned(center, 'translate', { wrap, to: peer });
    await asPlanned(n2, 'importSessionKey', { wrap: translated, centerName });
    const blocks = [systemRandom.bytes(58), systemRandom.bytes(58)];
    await asPlanned(n1, 'derive', { key, blocks });
    await asPlanned(n1, 'derive', { key: 'masterKey', blocks });
  });
}
