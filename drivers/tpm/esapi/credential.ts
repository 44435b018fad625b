import { TiesError } from '../../../protocol/errors.ts';
import { Secret } from '../../../protocol/secret.ts';
import { CC } from '../../../protocol/tpm/constants.ts';
import { expandSeed } from '../../../protocol/tpm/encrypted-secret.ts';
import { sized } from '../../../protocol/tpm/marshal.ts';
import { hasPolicy, type Suite } from '../../../protocol/tpm/storage-key.ts';
import type { TpmOperations } from '../interface.ts';
import { ESYS_TR } from './constants.ts';
import { struct, u32 } from './context.ts';
import type { Inventory } from './inventory.ts';
import { contents } from './objects.ts';
import {
  assertStorageKeyPolicy,
  flushing,
  sessions,
  startSealedPolicySession,
} from './sessions.ts';

const expandOrRefuse = (suite: Suite, seed: Uint8Array): Uint8Array => {
  try {
    return expandSeed(suite, seed);
  } catch (cause) {
    throw new TiesError('TPM_REFUSED', 'The seed of this credential is no point of P-256.', {
      cause,
    });
  }
};

/** The key's use is authorized in the sealed session, or by its policy in one that is sealed too. */
const inSession = <T>(
  inventory: Inventory,
  command: (session: number) => Promise<T>,
): Promise<T> => {
  const { esys } = inventory;
  const { handle, key, sealed } = inventory.requireStorageKey();
  if (!hasPolicy(key.suite)) return sealed.run('both', command);
  return flushing(esys, async (keep) => {
    const session = keep(await startSealedPolicySession(esys, handle));
    await assertStorageKeyPolicy(esys, session, CC.activateCredential);
    return command(session);
  });
};

/**
 * TPM2_ActivateCredential with the storage key as both the activated object and the key. The
 * first takes a password, as one session can authorize only one of them; also in suites 3 and 4,
 * as it is in the ADMIN role, for which only adminWithPolicy would ask the policy.
 */
export const activateCredential = async (
  inventory: Inventory,
  { idObject, seed }: TpmOperations['activateCredential']['input'],
): Promise<Secret> => {
  const { handle, key } = inventory.requireStorageKey();
  const encryptedSecret = expandOrRefuse(key.suite, seed);
  const [certInfo] = await inSession(inventory, (session) =>
    inventory.esys.run(
      'ActivateCredential',
      [
        ...[u32(handle), u32(handle), ...sessions(ESYS_TR.password, session)],
        struct('TPM2B_ID_OBJECT', sized(idObject)),
        struct('TPM2B_ENCRYPTED_SECRET', sized(encryptedSecret)),
      ],
      ['TPM2B_DIGEST'],
    ),
  );
  return new Secret(contents(certInfo));
};
