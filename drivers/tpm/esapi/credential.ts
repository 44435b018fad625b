import { TiesError } from '../../../protocol/errors.ts';
import { Secret } from '../../../protocol/secret.ts';
import { expandSeed } from '../../../protocol/tpm/encrypted-secret.ts';
import { sized } from '../../../protocol/tpm/marshal.ts';
import type { Suite } from '../../../protocol/tpm/storage-key.ts';
import type { TpmOperations } from '../interface.ts';
import { ESYS_TR } from './constants.ts';
import { struct, u32 } from './context.ts';
import type { Inventory } from './inventory.ts';
import { contents } from './objects.ts';
import { sessions } from './sessions.ts';

const expandOrRefuse = (suite: Suite, seed: Uint8Array): Uint8Array => {
  try {
    return expandSeed(suite, seed);
  } catch (cause) {
    throw new TiesError('TPM_REFUSED', 'The seed of this credential is no point of P-256.', {
      cause,
    });
  }
};

/**
 * TPM2_ActivateCredential with the storage key as both the activated object and the key. The
 * first takes a password, as one session can authorize only one of them.
 */
export const activateCredential = async (
  inventory: Inventory,
  { idObject, seed }: TpmOperations['activateCredential']['input'],
): Promise<Secret> => {
  const { handle, key, sealed } = inventory.requireStorageKey();
  const encryptedSecret = expandOrRefuse(key.suite, seed);
  const [certInfo] = await sealed.run('both', (session) =>
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
