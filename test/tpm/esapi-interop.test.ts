import { systemRandom } from '../../drivers/random/system.ts';
import { modelTpm } from '../../drivers/tpm/model/model-tpm.ts';
import { blankNonVolatile } from '../../drivers/tpm/model/nonvolatile.ts';
import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import { isExtended } from '../extended.ts';
import { describeTpmInterop, type MakeTpm } from './contract.ts';
import { makeSwtpm } from './swtpm-under-test.ts';

const full: MakeTpm = () => makeSwtpm();
const held: MakeTpm = () => makeSwtpm({ profile: slb9670 });

const model: MakeTpm = async () => {
  const tpm = modelTpm({ random: systemRandom, nv: blankNonVolatile() });
  return { tpm, restart: async () => tpm, release: () => tpm.close() };
};

describeTpmInterop('swtpm', held, 'model', model);
describeTpmInterop('swtpm', full, 'model', model, { a: 3, b: 3 });
if (isExtended) {
  describeTpmInterop('swtpm', held, 'model', model, { a: 2, b: 1 });
  describeTpmInterop('swtpm', held, 'model', model, { a: 1, b: 2 });
  describeTpmInterop('swtpm', full, 'swtpm as an SLB 9670', held, { a: 4, b: 1 });
}
