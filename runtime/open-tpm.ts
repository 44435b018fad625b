import type { Role } from '../config/role.ts';
import { ffiByName } from '../drivers/ffi/by-name.ts';
import { systemRandom } from '../drivers/random/system.ts';
import { openEsapiTpm } from '../drivers/tpm/esapi/open.ts';
import type { Tpm } from '../drivers/tpm/interface.ts';
import { modelTpm } from '../drivers/tpm/model/model-tpm.ts';
import type { Simulated } from './simulated.ts';

/** Open the TPM that a role names; closing it ends what was started for it. */
export const openTpm = async ({ tpm }: Role, simulated: Simulated): Promise<Tpm> => {
  const { ffi, translate: translation } = tpm;
  const options = { ffi: ffiByName[ffi], translation };
  switch (tpm.driver) {
    case 'model':
      return modelTpm({ random: systemRandom, translation });
    case 'device':
      return openEsapiTpm({ tcti: `device:${tpm.device}`, ...options });
    case 'swtpm': {
      if (tpm.state === undefined)
        return openEsapiTpm({ tcti: `swtpm:path=${tpm.socket}`, ...options });
      const swtpm = await simulated.startSwtpm({ state: tpm.state });
      try {
        return ending(await openEsapiTpm({ tcti: swtpm.tcti, ...options }), swtpm.stop);
      } catch (error) {
        await swtpm.stop();
        throw error;
      }
    }
  }
};

const ending = (tpm: Tpm, end: () => Promise<void>): Tpm => ({
  perform: (name, input) => tpm.perform(name, input),
  handles: () => tpm.handles(),
  close: async () => {
    await tpm.close();
    await end();
  },
});
