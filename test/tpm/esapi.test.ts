import { systemRandom } from '../../drivers/random/system.ts';
import { modelTpm } from '../../drivers/tpm/model/model-tpm.ts';
import { blankNonVolatile } from '../../drivers/tpm/model/nonvolatile.ts';
import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import { describeTpmContract, describeTpmInterop, type MakeTpm } from './contract.ts';
import { makeSwtpm } from './swtpm-under-test.ts';

const full: MakeTpm = () => makeSwtpm();
const chip: MakeTpm = () => makeSwtpm({ profile: slb9670 });

const model: MakeTpm = async () => {
  const tpm = modelTpm({ random: systemRandom, nv: blankNonVolatile() });
  return { tpm, restart: async () => tpm, release: () => tpm.close() };
};

describeTpmContract('ESAPI on swtpm', full);
describeTpmContract('ESAPI on swtpm as an SLB 9670', chip);

describeTpmInterop('swtpm', full, 'model', model);
describeTpmInterop('swtpm', full, 'model', model, { a: 2, b: 1 });
describeTpmInterop('swtpm', full, 'model', model, { a: 1, b: 2 });
