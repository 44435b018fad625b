import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '../../drivers/random/system.ts';
import { modelTpm } from '../../drivers/tpm/model/model-tpm.ts';
import { sessionKeyPublic } from '../../protocol/tpm/keyed-hash.ts';
import { sessionKeyPolicy } from '../../protocol/tpm/policy.ts';
import { storageKeyName } from '../../protocol/tpm/storage-key.ts';
import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import { isExtended } from '../extended.ts';
import { type MakeTpm, type Party, partyMaker } from './party.ts';
import { makeSwtpm } from './swtpm-under-test.ts';
import { areTpm2ToolsInstalled } from './tpm2-tools.ts';
import { type Tpm2ToolsParty, tpm2ToolsParty } from './tpm2-tools-party.ts';

const areInstalled = areTpm2ToolsInstalled();
if (!areInstalled)
  console.info('Not compared with tpm2-tools; type: sudo apt-get install tpm2-tools');

const model: MakeTpm = async () => {
  const tpm = modelTpm({ random: systemRandom });
  return { tpm, restart: async () => tpm, release: () => tpm.close() };
};

const ours = [
  { of: 'the model', suite: 1, make: model },
  { of: 'the model', suite: 2, make: model },
  { of: 'ESAPI', suite: 1, make: () => makeSwtpm({ profile: slb9670 }) },
  { of: 'ESAPI', suite: 2, make: () => makeSwtpm({ profile: slb9670 }) },
] as const;

const block = systemRandom.bytes(58);

/** A session key of `tpmtPublic` as each party uses it. */
const derived = async ({ tpm }: Party, key: { public: Uint8Array; private: Uint8Array }) =>
  (await tpm.perform('derive', { key, blocks: [block] })).map((secret) => secret.reveal())[0];

const met = isExtended ? ours : ours.filter(({ suite }) => suite === 1);

describe.runIf(areInstalled).each(met)('tpm2-tools and $of, suite $suite', ({ suite, make }) => {
  const maker = partyMaker(make, suite);
  let node: Party;
  let center: Party;
  let foreign: Tpm2ToolsParty;
  let foreignName: Uint8Array;

  beforeAll(async () => {
    node = await maker.party('node');
    center = await maker.party('center');
    foreign = await tpm2ToolsParty(suite);
    foreignName = storageKeyName(foreign.storageKey);
  });
  afterAll(async () => {
    await maker.release();
    await foreign.release();
  });

  test('they import what a node wraps to them as its center', async () => {
    const { storageKey } = foreign;
    const peerName = center.name;
    const { key, wrap } = await node.tpm.perform('createSessionKey', {
      ...{ center: storageKey, peerName },
    });
    await foreign.importKey(wrap, key.public);
    expect(await foreign.hmac(block)).toEqual(await derived(node, key));
  });

  test('they import what the center translates to them as the peer', async () => {
    const { key, wrap } = await node.tpm.perform('createSessionKey', {
      ...{ center: center.storageKey, peerName: foreignName },
    });
    const translated = await center.tpm.perform('translate', { wrap, to: foreign.storageKey });
    const policy = sessionKeyPolicy(center.name, foreignName);
    await foreign.importKey(translated, sessionKeyPublic(policy, wrap.slice(0, 32)));
    expect(await foreign.hmac(block)).toEqual(await derived(node, key));
  });

  test('a node imports what they make and wrap to it as the peer', async () => {
    await foreign.createKey(center.name, node.name);
    const wrap = await foreign.wrapTo('peer', node.storageKey);
    const key = await node.tpm.perform('importSessionKey', { wrap, centerName: center.name });
    expect(key.public).toEqual(foreign.publicOfKey());
    expect(await derived(node, key)).toEqual(await foreign.hmac(block));
  });

  test('the center translates what they make and wrap to it', async () => {
    await foreign.createKey(center.name, node.name);
    const wrap = await foreign.wrapTo('center', center.storageKey);
    const translated = await center.tpm.perform('translate', { wrap, to: node.storageKey });
    const key = await node.tpm.perform('importSessionKey', {
      ...{ wrap: translated, centerName: center.name },
    });
    expect(await derived(node, key)).toEqual(await foreign.hmac(block));
  });
});
