import { describe } from 'vitest';
import { openEsapiTpm } from '../../drivers/tpm/esapi/open.ts';
import type { Tpm } from '../../drivers/tpm/interface.ts';
import { startSwtpm } from '../../simulations/swtpm/process.ts';
import { describeTpmContract } from './contract.ts';
import type { TpmUnderTest } from './party.ts';

const onSwtpm = async (): Promise<TpmUnderTest> => {
  const swtpm = await startSwtpm();
  const { tcti } = swtpm;
  let tpm = await openEsapiTpm({ tcti });
  return {
    get tpm() {
      return tpm;
    },
    restart: async () => {
      await tpm.close();
      tpm = await openEsapiTpm({ tcti });
      return tpm;
    },
    release: async () => {
      await tpm.close();
      await swtpm.stop();
    },
  };
};
describeTpmContract('ESAPI on swtpm', onSwtpm);
