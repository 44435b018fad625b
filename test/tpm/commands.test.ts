import { afterAll, beforeEach, expect, test } from 'vitest';
import { systemRandom } from '../../drivers/random/system.ts';
import { commandsOf, type TpmTraits } from '../../drivers/tpm/commands.ts';
import type {
  Tpm,
  TpmOperationName,
  TpmOperations,
  Translation,
} from '../../drivers/tpm/interface.ts';
import { Secret } from '../../protocol/secret.ts';
import { makeCredential } from '../../protocol/tpm/credential.ts';
import { type Suite, storageKeyName } from '../../protocol/tpm/storage-key.ts';
import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import { commandName } from '../../simulations/swtpm/command-names.ts';
import { casesOf } from '../extended.ts';
import type { TpmUnderTest } from './party.ts';
import { makeSwtpm } from './swtpm-under-test.ts';

let seen: string[] = [];
const observe = ({ commandCode }: { commandCode: number }): void => {
  seen.push(commandName(commandCode));
};

/** A key or a seed with a short coordinate, once in 128, is made again. */
const withoutRedraws = (commands: readonly string[]): string[] =>
  commands
    .join()
    .replace(/(CreatePrimary,FlushContext,)+(?=CreatePrimary)/g, '')
    .replace(/(,PolicyDuplicationSelect,PolicyOR,Duplicate)+/g, '$1')
    .replace(/(,Rewrap)+/g, '$1')
    .split(',');

const chips: TpmUnderTest[] = [];
afterAll(async () => {
  for (const chip of chips) await chip.release();
});
beforeEach(() => {
  seen = [];
});

/** What a TPM is asked for, where it is held to exactly the commands that are planned for it. */
type Perform = Tpm['perform'];

interface Case {
  readonly suite: Suite;
  readonly on: 'an SLB 9670' | 'a TPM with Rewrap';
  readonly translation: Translation;
}

const held = async ({ on, translation }: Case): Promise<Perform> => {
  const bus = on === 'an SLB 9670' ? { observe, profile: slb9670 } : { observe };
  const chip = await makeSwtpm(bus, { translation });
  chips.push(chip);
  let traits: TpmTraits | undefined;
  return async <Name extends TpmOperationName>(
    name: Name,
    input: TpmOperations[Name]['input'],
  ): Promise<TpmOperations[Name]['output']> => {
    seen = [];
    const output = await chip.tpm.perform(name, input);
    const planned = commandsOf(name, input, traits).map((command) => command.replace(/:.*/, ''));
    expect(withoutRedraws(seen), name).toEqual(planned);
    if (name === 'boot') traits = output as TpmOperations['boot']['output'];
    return output;
  };
};

const secret = (length: number): Secret => new Secret(systemRandom.bytes(length));

const CASES: readonly Case[] = [
  { suite: 1, on: 'an SLB 9670', translation: 'duplicate' },
  { suite: 2, on: 'an SLB 9670', translation: 'duplicate' },
  { suite: 3, on: 'a TPM with Rewrap', translation: 'duplicate' },
  { suite: 4, on: 'a TPM with Rewrap', translation: 'duplicate' },
  { suite: 1, on: 'a TPM with Rewrap', translation: 'rewrap' },
  { suite: 2, on: 'a TPM with Rewrap', translation: 'rewrap' },
];
test.each(casesOf(CASES, ({ suite }) => suite === 1 || suite === 3))(
  'the commands of every operation are those planned, suite $suite on $on, to $translation',
  async (given) => {
    const [n1, center, n2] = [await held(given), await held(given), await held(given)];
    const { suite } = given;
    const node = { role: 'node', suite } as const;
    const { storageKey } = await n1('provision', node);
    const ce = (await center('provision', { role: 'center', suite })).storageKey;
    const peer = (await n2('provision', node)).storageKey;
    for (const perform of [n1, center, n2]) await perform('boot', {});

    const accessKey = await n1('readAccessKey', {});
    const credential = { storageKey, credential: systemRandom.bytes(16), random: systemRandom };
    await n1('activateCredential', makeCredential(credential));
    await n1('persistMasterKey', { masterKey: secret(32) });
    await n1('writeIdentity', { identity: systemRandom.bytes(60) });
    await n1('removeAccessKey', {});

    const sealed = await center('sealAccessKey', { accessKey });
    await center('unsealAccessKey', { sealed });
    await center('createMasterKey', { masterKey: secret(32) });
    await center('sign', { digest: systemRandom.bytes(32) });
    await center('raiseRosterFloor', { version: 1 });

    const [centerName, peerName] = [storageKeyName(ce), storageKeyName(peer)];
    const { key, wrap } = await n1('createSessionKey', { center: ce, peerName });
    const translated = await center('translate', { wrap, to: peer });
    await n2('importSessionKey', { wrap: translated, centerName });
    const blocks = [systemRandom.bytes(58), systemRandom.bytes(58)];
    await n1('derive', { key, blocks });
    await n1('derive', { key: 'masterKey', blocks });
  },
);
