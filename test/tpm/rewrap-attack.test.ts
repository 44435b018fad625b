import { afterEach, describe, expect, test } from 'vitest';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { systemRandom } from '../../drivers/random/system.ts';
import { hasCommand } from '../../drivers/tpm/esapi/capabilities.ts';
import { PERSISTENT } from '../../drivers/tpm/esapi/constants.ts';
import { type Argument, EsysContext, struct, u32 } from '../../drivers/tpm/esapi/context.ts';
import { loadLibraries } from '../../drivers/tpm/esapi/libraries.ts';
import { contents, handleOf, loadExternal } from '../../drivers/tpm/esapi/objects.ts';
import { TpmRefusal } from '../../drivers/tpm/esapi/response-code.ts';
import {
  assertStorageKeyPolicy,
  flushing,
  password,
  sessions,
  startPolicySession,
} from '../../drivers/tpm/esapi/sessions.ts';
import type { KeyBlob, Translation } from '../../drivers/tpm/interface.ts';
import { Secret } from '../../protocol/secret.ts';
import { CC } from '../../protocol/tpm/constants.ts';
import { importDuplicate } from '../../protocol/tpm/duplication.ts';
import { drawEccKey } from '../../protocol/tpm/ecc-key.ts';
import { compressed } from '../../protocol/tpm/ecc-point.ts';
import { compactSeed } from '../../protocol/tpm/encrypted-secret.ts';
import { hmacSha256 } from '../../protocol/tpm/kdf.ts';
import { sized } from '../../protocol/tpm/marshal.ts';
import { objectName } from '../../protocol/tpm/name.ts';
import type { StorageKeyPair } from '../../protocol/tpm/secret-sharing.ts';
import { storageKeyPublic } from '../../protocol/tpm/storage-key.ts';
import { decodeWrap } from '../../protocol/tpm/wrap.ts';
import { type Party, provisionParty } from './party.ts';
import { makeSwtpm, type SwtpmUnderTest } from './swtpm-under-test.ts';

const AUTH_UNAVAILABLE = 0x12f;
/** TPM_RC_VALUE of the first parameter, TPM_RC_POLICY_CC of the first session. */
const NO_BRANCH = 0x1c4;
const OTHER_COMMAND = 0x9a4;

const chips: SwtpmUnderTest[] = [];
const party = async (role: 'node' | 'center', translation: Translation = 'duplicate') => {
  const chip = await makeSwtpm(null, { translation });
  chips.push(chip);
  return { ...(await provisionParty(chip, role, 1)), tcti: chip.tcti };
};
afterEach(async () => {
  for (const chip of chips.splice(0)) await chip.release();
});

/** A storage key of the attacker's own, in software. */
const ownKey = (): StorageKeyPair => {
  const { scalar, point } = drawEccKey(systemRandom);
  return { suite: 1, unique: compressed(point), private: new Secret(scalar) };
};

/** Rewraps a session key on its way to the center and opens it: its 32 bytes. */
type Take = (authorization: readonly Argument[]) => Promise<Uint8Array>;

interface Scene {
  readonly center: Party;
  readonly n1: Party;
  readonly key: KeyBlob;
  readonly esys: EsysContext;
  readonly take: Take;
}

/** What a local user of the center's TPM has: the TPM, and a wrap that he saw come in. */
const asLocalUser = async (
  translation: Translation,
  scene: (given: Scene) => Promise<void>,
): Promise<void> => {
  const center = await party('center', translation);
  const [n1, n2] = [await party('node'), await party('node')];
  const input = { center: center.storageKey, peerName: n2.name };
  const { key, wrap } = await n1.tpm.perform('createSessionKey', input);
  await center.tpm.close();
  const { duplicate, encryptedSecret } = decodeWrap(center.storageKey.suite, wrap);
  const name = objectName(key.public);
  const own = ownKey();
  const esys = await EsysContext.open(loadLibraries(koffiFfi), center.tcti);
  const storageKey = await handleOf(esys, PERSISTENT.storageKey);
  const take: Take = (authorization) =>
    flushing(esys, async (keep) => {
      const newParent = keep(await loadExternal(esys, storageKeyPublic(own)));
      for (;;) {
        const [made, seed] = await esys.run(
          'Rewrap',
          [
            ...[u32(storageKey), u32(newParent), ...authorization],
            struct('TPM2B_PRIVATE', sized(duplicate)),
            struct('TPM2B_NAME', sized(name)),
            struct('TPM2B_ENCRYPTED_SECRET', sized(encryptedSecret)),
          ],
          ['TPM2B_PRIVATE', 'TPM2B_ENCRYPTED_SECRET'],
        );
        const rewrapped = { duplicate: contents(made), encryptedSecret: contents(seed) };
        // One ephemeral point in 128 has a short coordinate, which nobody here reads.
        if (compactSeed(own.suite, rewrapped.encryptedSecret))
          return importDuplicate(own, name, rewrapped).bits;
      }
    });
  try {
    await scene({ center, n1, key, esys, take });
  } finally {
    await esys.close();
  }
};

const responseCode = async (attempt: Promise<unknown>): Promise<number | null> => {
  try {
    await attempt;
    return null;
  } catch (error) {
    if (error instanceof TpmRefusal) return error.responseCode;
    throw error;
  }
};

describe('a local user of the center who rewraps a session key to a key of his own', () => {
  test('has it, where the center translates by Rewrap', () =>
    asLocalUser('rewrap', async ({ center, n1, key, take }) => {
      expect(center.storageKey.suite).toBe(1);
      const bits = await take(password);
      const block = Uint8Array.of(1, 2, 3);
      const [digest] = await n1.tpm.perform('derive', { key, blocks: [block] });
      expect(hmacSha256(bits, block)).toEqual(digest?.reveal());
    }));

  test('is refused, where the storage key has the policy', () =>
    asLocalUser('duplicate', async ({ center, esys, take }) => {
      expect(center.storageKey.suite).toBe(3);
      expect(await hasCommand(esys, CC.rewrap)).toBe(true);
      expect(await responseCode(take(password))).toBe(AUTH_UNAVAILABLE);
      const session = await startPolicySession(esys);
      expect(await responseCode(assertStorageKeyPolicy(esys, session, CC.rewrap))).toBe(NO_BRANCH);
      for (const allowed of [CC.create, CC.load, CC.import, CC.activateCredential]) {
        await esys.run('PolicyRestart', [u32(session), ...sessions()], []);
        await assertStorageKeyPolicy(esys, session, allowed);
        expect(await responseCode(take(sessions(session)))).toBe(OTHER_COMMAND);
      }
    }));
});
