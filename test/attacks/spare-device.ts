import { modelTpm } from '../../drivers/tpm/model/model-tpm.ts';
import { provisionDevice } from '../../runtime/provision.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';

/**
 * A device outside the world: its TPM and storage key. Of the name of one in a world of seed 1 it
 * has that one's storage key: what the attacker knows of the public part.
 */
export const spareDevice = async (name: string) => {
  const tpm = modelTpm({ random: seededRandom(1, `tpm ${name}`) });
  await provisionDevice({ role: 'node', suite: 'p256' }, tpm);
  const { storageKey } = await tpm.perform('boot', {});
  return { tpm, storageKey };
};
