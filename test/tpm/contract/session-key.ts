import { beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '../../../drivers/random/system.ts';
import type { KeyBlob } from '../../../drivers/tpm/interface.ts';
import { duplicate } from '../../../protocol/tpm/duplication.ts';
import { sessionKeyPublic } from '../../../protocol/tpm/keyed-hash.ts';
import { objectName } from '../../../protocol/tpm/name.ts';
import { policyOr, sessionKeyBranches, sessionKeyPolicy } from '../../../protocol/tpm/policy.ts';
import { keyedHashUnique } from '../../../protocol/tpm/sensitive.ts';
import { uniqueBytes } from '../../../protocol/tpm/storage-key.ts';
import { encodeWrap } from '../../../protocol/tpm/wrap.ts';
import { flipped, type Party, type PartyMaker, refused, restartParty } from '../party.ts';

const blocks = [systemRandom.bytes(58), systemRandom.bytes(58)];

export const derivedBy = async ({ tpm }: Party, key: KeyBlob): Promise<Uint8Array[]> =>
  (await tpm.perform('derive', { key, blocks })).map((secret) => secret.reveal());

/** SK of `from` for `to`, as each end holds it, and the wraps that carried it. */
export const distribute = async (from: Party, center: Party, to: Party) => {
  const created = await from.tpm.perform('createSessionKey', {
    center: center.storageKey,
    peerName: to.name,
  });
  const translated = await center.tpm.perform('translate', {
    wrap: created.wrap,
    to: to.storageKey,
  });
  const imported = await to.tpm.perform('importSessionKey', {
    wrap: translated,
    centerName: center.name,
  });
  return { created, translated, imported };
};

const random32 = () => systemRandom.bytes(32);

/** A wrap to `to` of a key under any policy at all, which no TPM had a part in. */
const forge = (
  to: Party,
  authPolicy: Uint8Array,
  sensitive = { obfuscation: random32(), bits: random32() },
  unique = keyedHashUnique(sensitive),
): Uint8Array => {
  const name = objectName(sessionKeyPublic(authPolicy, unique));
  const newParent = to.storageKey;
  const made = duplicate({ newParent, name, sensitive, random: systemRandom });
  return encodeWrap(newParent.suite, { unique, ...made }) as Uint8Array;
};

/** One byte in each region of a wrap, and every fifth; but not the sign of a compressed point, which changes no x. */
const places = (wrap: Uint8Array): number[] =>
  [...wrap.keys()].filter((at) => at % 5 === 0 && at !== 172).concat(31, 33, 34, 66, 171);

export const describeSessionKey = (maker: PartyMaker): void => {
  describe('a session key', () => {
    let n1: Party;
    let n2: Party;
    let center: Party;
    let stranger: Party;
    let held: Awaited<ReturnType<typeof distribute>>;

    beforeAll(async () => {
      n1 = await maker.party('node');
      n2 = await maker.party('node');
      center = await maker.party('center');
      stranger = await maker.party('node');
      held = await distribute(n1, center, n2);
    });

    const translate = (wrap: Uint8Array, to: Party) =>
      center.tpm.perform('translate', { wrap, to: to.storageKey });
    const take = (by: Party, wrap: Uint8Array, from = center) =>
      by.tpm.perform('importSessionKey', { wrap, centerName: from.name });

    test('is the same at both ends, and at no other', async () => {
      const { created, imported } = held;
      expect(await derivedBy(n1, created.key)).toEqual(await derivedBy(n2, imported));
      for (const other of [center, stranger, n2]) {
        await refused(derivedBy(other, created.key), 'TPM_REFUSED');
      }
      await refused(derivedBy(n1, imported), 'TPM_REFUSED');
    });

    test('has the public area that both ends rebuild from the Names', async () => {
      const policy = sessionKeyPolicy(center.name, n2.name);
      const area = sessionKeyPublic(policy, held.created.wrap.slice(0, 32));
      expect(held.created.key.public).toEqual(area);
      expect(held.imported.public).toEqual(area);
    });

    test('takes 172 bytes and a seed on the air', async () => {
      expect(held.created.wrap.length).toBe(172 + uniqueBytes(center.storageKey.suite));
      expect(held.translated.length).toBe(172 + uniqueBytes(n2.storageKey.suite));
    });

    test('is another each time', async () => {
      const again = await distribute(n1, center, n2);
      expect(again.created.wrap).not.toEqual(held.created.wrap);
      expect(await derivedBy(n2, again.imported)).not.toEqual(await derivedBy(n2, held.imported));
      expect(await derivedBy(n1, held.created.key)).toEqual(await derivedBy(n2, held.imported));
    });

    test('is usable after a restart', async () => {
      const before = await derivedBy(n2, held.imported);
      n2 = await restartParty(n2);
      expect(await derivedBy(n2, held.imported)).toEqual(before);
    });

    test('may be translated and imported again', async () => {
      const again = await translate(held.created.wrap, n2);
      expect(await derivedBy(n2, await take(n2, again))).toEqual(
        await derivedBy(n2, held.imported),
      );
    });

    test('is not translated to a node that its policy does not name', async () => {
      await refused(translate(held.created.wrap, stranger), 'TPM_BAD_WRAP');
      await refused(translate(held.created.wrap, n1), 'TPM_BAD_WRAP');
      await refused(translate(held.created.wrap, center), 'TPM_BAD_WRAP');
    });

    test('is imported by nobody but the peer, under nobody but the center', async () => {
      await refused(take(stranger, held.translated), 'TPM_BAD_WRAP');
      await refused(take(n2, held.translated, stranger), 'TPM_BAD_WRAP');
      await refused(take(n2, held.created.wrap), 'TPM_BAD_WRAP');
      await refused(translate(held.translated, n2), 'TPM_BAD_WRAP');
    });

    test('is refused with a flipped bit', async () => {
      for (const at of places(held.created.wrap)) {
        await refused(translate(flipped(held.created.wrap, at), n2), 'TPM_BAD_WRAP');
      }
      for (const at of places(held.translated)) {
        await refused(take(n2, flipped(held.translated, at)), 'TPM_BAD_WRAP');
      }
    });

    test('is refused in another length', async () => {
      const { translated } = held;
      for (const wrap of [
        new Uint8Array(0),
        translated.subarray(0, 100),
        translated.subarray(0, -1),
        translated.subarray(1),
        Uint8Array.of(...translated, 0),
      ]) {
        await refused(take(n2, wrap), 'TPM_BAD_WRAP');
        await refused(translate(wrap, n2), 'TPM_BAD_WRAP');
      }
    });

    test('is refused under any policy but its own', async () => {
      const [toCenter, toPeer] = sessionKeyBranches(center.name, n2.name);
      const policies = [
        new Uint8Array(0),
        toPeer,
        policyOr([toPeer, toCenter]),
        sessionKeyPolicy(center.name, stranger.name),
      ];
      for (const policy of policies) {
        await refused(translate(forge(center, policy), n2), 'TPM_BAD_WRAP');
        await refused(take(n2, forge(n2, policy)), 'TPM_BAD_WRAP');
      }
      const right = policyOr([toCenter, toPeer]);
      await take(n2, await translate(forge(center, right), n2));
    });

    test('is refused where its public and sensitive areas do not belong together', async () => {
      const policy = sessionKeyPolicy(center.name, n2.name);
      const unbound = forge(n2, policy, undefined, random32());
      await refused(take(n2, unbound), 'TPM_BAD_WRAP');
    });

    test('is made for no key that is none', async () => {
      const { suite, unique } = center.storageKey;
      const broken = { suite, unique: new Uint8Array(unique.length) };
      const peerName = n2.name;
      await refused(
        n1.tpm.perform('createSessionKey', { center: broken, peerName }),
        'TPM_BAD_KEY',
      );
      await refused(
        n1.tpm.perform('createSessionKey', {
          center: center.storageKey,
          peerName: peerName.subarray(2),
        }),
        'TPM_BAD_KEY',
      );
      await refused(
        center.tpm.perform('translate', { wrap: held.created.wrap, to: broken }),
        'TPM_BAD_KEY',
      );
    });
  });
};
