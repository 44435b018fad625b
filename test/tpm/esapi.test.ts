import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import { describeTpmContract } from './contract.ts';
import { makeSwtpm } from './swtpm-under-test.ts';

describeTpmContract('ESAPI on swtpm', () => makeSwtpm());
describeTpmContract('ESAPI on swtpm as an SLB 9670', () => makeSwtpm({ profile: slb9670 }));
