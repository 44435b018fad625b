import { TiesError } from '../../protocol/errors.ts';
import { hasPolicy, type Suite, withPolicy } from '../../protocol/tpm/storage-key.ts';
import type { TpmOperations, Translation } from './interface.ts';

/** What the choice of a storage key depends on, besides what is asked for. */
export interface RewrapSituation {
  /** Whether the TPM has TPM2_Rewrap. */
  readonly canRewrap: boolean;
  readonly translation: Translation;
}

const unsupported = (message: string): TiesError => new TiesError('TPM_UNSUPPORTED', message);

/** `TPM_UNSUPPORTED` where translation by TPM2_Rewrap was chosen and cannot be. */
export const checkTranslation = (
  { canRewrap, translation }: RewrapSituation,
  suite: Suite,
): void => {
  if (translation !== 'rewrap') return;
  if (!canRewrap)
    throw unsupported(
      'This TPM has no TPM2_Rewrap; choose "duplicate" as tpm.translate of the role.',
    );
  if (hasPolicy(suite))
    throw unsupported(
      'This storage key refuses TPM2_Rewrap; choose "duplicate" as tpm.translate of the role, or ' +
        'clear the TPM and provision it anew.',
    );
};

/**
 * The suite to make. TPM2_Rewrap ignores the policy of the object it moves, so any local user
 * could take a session key to a key of his own: where the command is there, RK refuses it.
 */
export const storageSuite = (
  situation: RewrapSituation,
  { role, suite }: TpmOperations['provision']['input'],
): Suite => {
  if (role === 'center' && situation.translation === 'rewrap') {
    checkTranslation(situation, suite);
    return suite;
  }
  return situation.canRewrap ? withPolicy(suite) : suite;
};
