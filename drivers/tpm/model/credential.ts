import { Secret } from '../../../protocol/secret.ts';
import { openCredential } from '../../../protocol/tpm/credential.ts';
import { failingWith, type Operations, storageOf, whileLoaded } from './chip.ts';

export const activateCredential: Operations['activateCredential'] = (chip, credential) =>
  whileLoaded(chip, 'sessions', () =>
    failingWith(
      'TPM_REFUSED',
      'The credential was made for another key.',
      () => new Secret(openCredential(storageOf(chip).pair, credential)),
    ),
  );
