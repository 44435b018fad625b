import { sessionKeyPublic } from '../../../protocol/tpm/keyed-hash.ts';
import { objectName } from '../../../protocol/tpm/name.ts';
import { outerUnwrap, outerWrap } from '../../../protocol/tpm/outer-wrap.ts';
import { sessionKeyPolicy } from '../../../protocol/tpm/policy.ts';
import { recoverSeed, shareSeed } from '../../../protocol/tpm/secret-sharing.ts';
import { hasPolicy, type StorageKey, storageKeyName } from '../../../protocol/tpm/storage-key.ts';
import { decodeWrap, encodeWrap } from '../../../protocol/tpm/wrap.ts';
import { type Chip, failingWith, refusal, storageOf, whileLoaded } from './chip.ts';

/** TPM2_Rewrap (TPM 2.0 Part 3, 13.2) of a session key for `to`, in the form for the air. */
export const rewrapTo = (chip: Chip, wrap: Uint8Array, to: StorageKey): Uint8Array => {
  const { pair } = storageOf(chip);
  if (hasPolicy(pair.suite)) throw refusal('TPM_RC_AUTH_UNAVAILABLE: the policy is asked for.');
  const { unique, duplicate, encryptedSecret } = decodeWrap(pair.suite, wrap);
  const policy = sessionKeyPolicy(storageKeyName(pair), storageKeyName(to));
  const name = objectName(sessionKeyPublic(policy, unique));
  return whileLoaded(chip, 'transient', () => {
    const inside = failingWith('TPM_BAD_WRAP', 'Not wrapped for this TPM and Name.', () =>
      outerUnwrap({ seed: recoverSeed(pair, 'DUPLICATE', encryptedSecret), name }, duplicate),
    );
    const shared = shareSeed(to, 'DUPLICATE', chip.random);
    const { seed } = shared;
    const again = { unique, duplicate: outerWrap({ seed, name }, inside) };
    const made = encodeWrap(to.suite, { ...again, encryptedSecret: shared.encryptedSecret });
    if (!made) throw refusal('The duplicate has no form for the air; duplicate again.');
    return made;
  });
};
