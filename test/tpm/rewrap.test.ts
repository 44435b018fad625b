import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { systemRandom } from '../../drivers/random/system.ts';
import { openEsapiTpm } from '../../drivers/tpm/esapi/open.ts';
import type { Tpm } from '../../drivers/tpm/interface.ts';
import { modelTpm } from '../../drivers/tpm/model/model-tpm.ts';
import { blankNonVolatile } from '../../drivers/tpm/model/nonvolatile.ts';
import type { StorageKey, Suite } from '../../protocol/tpm/storage-key.ts';
import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import { publiclyKnownRsaKey } from '../../simulations/rsa-pool.ts';
import type { TpmExchange } from '../../simulations/swtpm/bus.ts';
import { commandName } from '../../simulations/swtpm/command-names.ts';
import { casesOf } from '../extended.ts';
import { derivedBy, describeSessionKey, distribute } from './contract/session-key.ts';
import { type MakeTpm, type PartyMaker, partyMaker, provisionParty, refused } from './party.ts';
import { makeSwtpm, type SwtpmUnderTest } from './swtpm-under-test.ts';

const REWRAP = { translation: 'rewrap' } as const;

const chips: SwtpmUnderTest[] = [];
const swtpm = async (...given: Parameters<typeof makeSwtpm>): Promise<SwtpmUnderTest> => {
  const chip = await makeSwtpm(...given);
  chips.push(chip);
  return chip;
};
afterEach(async () => {
  for (const chip of chips.splice(0)) await chip.release();
});

let models = 0;
const model =
  (translation: 'duplicate' | 'rewrap'): MakeTpm =>
  async () => {
    const rsaKey = publiclyKnownRsaKey(`N${(models++ % 4) + 1}`);
    const nv = blankNonVolatile();
    const open = () =>
      modelTpm({
        random: systemRandom,
        rsaKey: () => rsaKey,
        canRewrap: true,
        nv,
        translation,
      });
    let tpm = open();
    return {
      tpm,
      restart: async () => {
        await tpm.close();
        tpm = open();
        return tpm;
      },
      release: () => tpm.close(),
    };
  };

/** Nodes as they are where there is Rewrap, and a center that translates by it. */
const rewrappingMaker = (nodes: MakeTpm, center: MakeTpm, suite: Suite): PartyMaker => {
  const makers = { node: partyMaker(nodes, suite), center: partyMaker(center, suite) };
  return {
    blank: makers.node.blank,
    party: (role) => makers[role].party(role),
    release: async () => {
      await makers.node.release();
      await makers.center.release();
    },
  };
};

for (const suite of casesOf([1, 2] as const, (suite) => suite === 1)) {
  describe.each([
    ['swtpm', () => makeSwtpm(), () => makeSwtpm(null, REWRAP)],
    ['the model', model('duplicate'), model('rewrap')],
  ] as const)(`%s, whose center of suite ${suite} translates by Rewrap:`, (_, nodes, center) => {
    const maker = rewrappingMaker(nodes, center, suite);
    afterAll(maker.release);
    describeSessionKey(maker);
  });
}

const provision = (chip: SwtpmUnderTest, role: 'node' | 'center', suite: Suite) =>
  chip.tpm.perform('provision', { role, suite });

describe('where the TPM has Rewrap', () => {
  test.each([
    ['node', 1, 3],
    ['center', 1, 3],
    ['node', 2, 4],
  ] as const)('the storage key of a %s of suite %i refuses it: suite %i', async (...given) => {
    const [role, asked, made] = given;
    const chip = await swtpm();
    expect((await provision(chip, role, asked)).storageKey.suite).toBe(made);
    const tpm = await model('duplicate')();
    const input = { role, suite: asked };
    expect((await tpm.tpm.perform('provision', input)).storageKey.suite).toBe(made);
  });

  test('a node has such a key even if opened to translate by it', async () => {
    expect((await provision(await swtpm(null, REWRAP), 'node', 1)).storageKey.suite).toBe(3);
  });

  test('a center that chose it has a key without the policy, and never loads a session key', async () => {
    const exchanges: TpmExchange[] = [];
    const observe = (exchange: TpmExchange) => exchanges.push(exchange);
    const center = await provisionParty(await swtpm({ observe }, REWRAP), 'center', 1);
    expect(center.storageKey.suite).toBe(1);
    expect(center.booted.translation).toBe('rewrap');
    const n1 = await provisionParty(await swtpm(), 'node', 1);
    const n2 = await provisionParty(await swtpm(), 'node', 1);
    exchanges.length = 0;
    const { created, imported } = await distribute(n1, center, n2);
    expect(await derivedBy(n1, created.key)).toEqual(await derivedBy(n2, imported));
    const commands = exchanges.map(({ commandCode }) => commandName(commandCode));
    expect(commands).toContain('Rewrap');
    for (const loading of ['Import', 'Load', 'Duplicate']) expect(commands).not.toContain(loading);
  });

  test('a center that gave it up again translates by Duplicate', async () => {
    const commands: string[] = [];
    const observe = ({ commandCode }: TpmExchange) => commands.push(commandName(commandCode));
    const chip = await swtpm({ observe }, REWRAP);
    const { storageKey } = await provision(chip, 'center', 1);
    await chip.tpm.close();
    const tpm = await openEsapiTpm({ tcti: chip.tcti });
    expect(await tpm.perform('boot', {})).toMatchObject({ storageKey, translation: 'duplicate' });
    const n1 = await provisionParty(await swtpm(), 'node', 1);
    const n2 = await provisionParty(await swtpm(), 'node', 1);
    const input = { center: storageKey, peerName: n2.name };
    const { wrap } = await n1.tpm.perform('createSessionKey', input);
    await tpm.perform('translate', { wrap, to: n2.storageKey });
    expect(commands).toContain('Duplicate');
    expect(commands).not.toContain('Rewrap');
    await tpm.close();
  });
});

describe('translation by Rewrap is refused', () => {
  const unsupported = 'TPM_UNSUPPORTED';

  test('where the TPM has no such command', async () => {
    const chip = await swtpm({ profile: slb9670 }, REWRAP);
    await refused(provision(chip, 'center', 1), unsupported);
    await refused(chip.tpm.perform('boot', {}), 'TPM_NOT_PROVISIONED');
    const tpm = modelTpm({ random: systemRandom, translation: 'rewrap' });
    await refused(tpm.perform('provision', { role: 'center', suite: 1 }), unsupported);
  });

  /** At the start; and if somebody asked all the same, by the TPM. */
  const expectRefusal = async (tpm: Tpm, center: StorageKey): Promise<void> => {
    await refused(tpm.perform('boot', {}), unsupported);
    const n1 = await provisionParty(await model('duplicate')(), 'node', 1);
    const peerName = n1.name;
    const { wrap } = await n1.tpm.perform('createSessionKey', { center, peerName });
    await refused(tpm.perform('translate', { wrap, to: n1.storageKey }), 'TPM_REFUSED');
  };

  test('under a storage key whose policy refuses it', async () => {
    await refused(provision(await swtpm(null, REWRAP), 'center', 3), unsupported);
    const chip = await swtpm();
    const { storageKey } = await provision(chip, 'center', 1);
    await chip.tpm.close();
    const tpm = await openEsapiTpm({ tcti: chip.tcti, translation: 'rewrap' });
    await expectRefusal(tpm, storageKey);
    await tpm.close();
    const nv = blankNonVolatile();
    const open = (translation: 'duplicate' | 'rewrap') =>
      modelTpm({ random: systemRandom, canRewrap: true, nv, translation });
    const made = await open('duplicate').perform('provision', { role: 'center', suite: 1 });
    await expectRefusal(open('rewrap'), made.storageKey);
  });
});
