import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemRandom } from '../../drivers/random/system.ts';
import { commandsOf, type TpmCommand, type TpmTraits } from '../../drivers/tpm/commands.ts';
import { openEsapiTpm } from '../../drivers/tpm/esapi/open.ts';
import type { Tpm, TpmOperationName, TpmOperations } from '../../drivers/tpm/interface.ts';
import { Secret } from '../../protocol/secret.ts';
import { makeCredential } from '../../protocol/tpm/credential.ts';
import { concat, Unmarshaller, uint32 } from '../../protocol/tpm/marshal.ts';
import { type StorageKey, storageKeyName } from '../../protocol/tpm/storage-key.ts';
import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import { startBus } from '../../simulations/swtpm/bus.ts';
import { commandName, TPM_CC } from '../../simulations/swtpm/command-names.ts';
import { bodyOf, messageOf } from '../../simulations/swtpm/message.ts';
import { type Swtpm, startSwtpm } from '../../simulations/swtpm/process.ts';
import { casesOf, isExtended } from '../extended.ts';
import { rawTpm } from './raw-tpm.ts';

/** TPM_RC_VALUE of the first parameter: any refusal will do. */
const REFUSAL = 0x1c4;
const TRANSIENT = 0x80000000;
const LOADED_SESSION = 0x02000000;
/** The session that stands while a TPM is open, which `handles` does not count. */
const STANDING = 1;

/** Handles of a kind, from the bytes of TPM2_GetCapability(TPM_CAP_HANDLES). */
const countIn = (response: Uint8Array): number => {
  const from = new Unmarshaller(bodyOf(response));
  from.bytes(5);
  return from.uint32();
};

const codeOf = (command: TpmCommand): number =>
  TPM_CC[command.replace(/:.*/, '') as keyof typeof TPM_CC];

/** Suite 1 on an SLB 9670, 3 where there is Rewrap, and the center that translates by it. */
const CHIPS = [
  { suite: 1, translation: 'duplicate', profile: slb9670 },
  { suite: 3, translation: 'duplicate', profile: null },
  { suite: 1, translation: 'rewrap', profile: null },
] as const;
const CASES = casesOf(CHIPS, ({ profile }) => profile !== null);

describe.each(CASES)('handles, suite $suite, $translation,', ({ suite, translation, profile }) => {
  let swtpm: Swtpm;
  let tpm: Tpm;
  let storageKey: StorageKey;
  let failAt = Number.POSITIVE_INFINITY;
  let traits: TpmTraits;
  let sent: number[] = [];
  let counted: number[] = [];

  beforeAll(async () => {
    swtpm = await startSwtpm();
    const bus = await startBus(swtpm, {
      ...(profile && { profile }),
      fail: (code) => {
        sent.push(code);
        return sent.length - 1 === failAt ? REFUSAL : null;
      },
      observe: ({ commandCode, response }) => {
        if (commandCode === TPM_CC.GetCapability) counted.push(countIn(response));
      },
    });
    tpm = await openEsapiTpm({ tcti: bus.tcti, translation });
  });
  afterAll(async () => {
    await tpm.close();
    await swtpm.stop();
  });
  beforeEach(() => {
    failAt = Number.POSITIVE_INFINITY;
  });

  /** Transient objects and sessions, as the TPM itself counts them. */
  const loaded = async (): Promise<number[]> => {
    counted = [];
    await tpm.handles();
    return counted.slice(0, 2);
  };

  /** Each command of an operation refused in its turn, except the flushing itself. */
  const refuseEach = async <Name extends TpmOperationName>(
    name: Name,
    input: TpmOperations[Name]['input'],
  ): Promise<void> => {
    for (const [at, command] of commandsOf(name, input, traits).entries()) {
      if (command === 'FlushContext') continue;
      // Whatever the last failure made it look up again is looked up by this one.
      await tpm.perform('readAccessKey', {}).catch(() => undefined);
      [sent, failAt] = [[], at];
      await expect(tpm.perform(name, input), `${name}, ${command}`).rejects.toThrow();
      failAt = Number.POSITIVE_INFINITY;
      expect(await loaded(), `${name}, ${command} refused`).toEqual([0, STANDING]);
    }
  };
  const both = async <Name extends TpmOperationName>(
    name: Name,
    input: TpmOperations[Name]['input'],
  ): Promise<TpmOperations[Name]['output']> => {
    await refuseEach(name, input);
    const output = await tpm.perform(name, input);
    expect(await loaded(), name).toEqual([0, STANDING]);
    return output;
  };

  test('of a provisioning cut short are not left, and it is taken up again', async () => {
    const input = { role: 'center', suite } as const;
    const plan = commandsOf('provision', input).map(codeOf);
    for (const [at, command] of plan.entries()) {
      if (command === TPM_CC.FlushContext || (at % 3 > 0 && !isExtended)) continue;
      const again = await startSwtpm();
      // Counted by its own kind: a key with a short coordinate is made again, once in 128.
      let left = plan.slice(0, at + 1).filter((code) => code === command).length;
      const bus = await startBus(again, {
        ...(profile && { profile }),
        fail: (code) => {
          if (code !== command) return null;
          left -= 1;
          return left === 0 ? REFUSAL : null;
        },
      });
      const fresh = await openEsapiTpm({ tcti: bus.tcti, translation });
      const name = commandName(command);
      await expect(fresh.perform('provision', input), name).rejects.toThrow();
      expect(await fresh.handles(), name).toMatchObject({ transient: 0, sessions: 0 });
      await fresh.perform('provision', input);
      await fresh.perform('boot', {});
      await fresh.close();
      await again.stop();
    }
  });

  test('are as before after every operation, whichever of its commands fails', async () => {
    const role = translation === 'rewrap' ? 'center' : 'node';
    storageKey = (await tpm.perform('provision', { role, suite })).storageKey;
    expect(storageKey.suite).toBe(suite);
    traits = { storageKey, translation };
    const name = storageKeyName(storageKey);
    const random = systemRandom;
    await both('boot', {});
    const accessKey =
      role === 'node' ? await both('readAccessKey', {}) : new Secret(random.bytes(16));
    await both(
      'activateCredential',
      makeCredential({ storageKey, credential: random.bytes(16), random }),
    );
    const masterKey = new Secret(random.bytes(32));
    await both('persistMasterKey', { masterKey });
    await both('writeIdentity', { identity: random.bytes(60) });
    if (role === 'node') await both('removeAccessKey', {});
    const sealed = await both('sealAccessKey', { accessKey });
    await both('unsealAccessKey', { sealed });
    await both('createMasterKey', { masterKey });
    await both('raiseRosterFloor', { version: 1 });
    const created = await both('createSessionKey', { center: storageKey, peerName: name });
    const wrap = await both('translate', { wrap: created.wrap, to: storageKey });
    await both('importSessionKey', { wrap, centerName: name });
    await both('derive', { key: created.key, blocks: [random.bytes(58), random.bytes(58)] });
  });

  test('are none at all once the TPM is closed', async () => {
    await tpm.close();
    const raw = await rawTpm(swtpm.tcti);
    for (const first of [TRANSIENT, LOADED_SESSION]) {
      const query = concat(uint32(1), uint32(first), uint32(254));
      expect(countIn(await raw.send(messageOf(TPM_CC.GetCapability, query)))).toBe(0);
    }
    raw.close();
  });
});
