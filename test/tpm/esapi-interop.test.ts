import { systemRandom } from '../../drivers/random/system.ts';
import { modelTpm } from '../../drivers/tpm/model/model-tpm.ts';
import { blankNonVolatile } from '../../drivers/tpm/model/nonvolatile.ts';
import { describeTpmInterop, type MakeTpm } from './contract.ts';
import { makeSwtpm } from './swtpm-under-test.ts';

const full: MakeTpm = () => makeSwtpm();

const model: MakeTpm = async () => {
  const tpm = modelTpm({ random: systemRandom, nv: blankNonVolatile() });
  return { tpm, restart: async () => tpm, release: () => tpm.close() };
};

describeTpmInterop('swtpm', full, 'model', model);
describeTpmInterop('swtpm', full, 'model', model, { a: 2, b: 1 });
describeTpmInterop('swtpm', full, 'model', model, { a: 1, b: 2 });
