import { ffiByName } from '../../drivers/ffi/by-name.ts';
import type { Suite } from '../../protocol/tpm/storage-key.ts';
import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import { isLoadable } from '../ffi/loadable.ts';
import { describeTpmContract } from './contract.ts';
import { makeSwtpm } from './swtpm-under-test.ts';

const CHIPS = { swtpm: null, 'swtpm as an SLB 9670': { profile: slb9670 } } as const;

interface Run {
  readonly ffi: keyof typeof ffiByName;
  readonly chip: keyof typeof CHIPS;
  readonly suite: Suite;
}

const usual: readonly Run[] = [
  { ffi: 'koffi', chip: 'swtpm', suite: 3 },
  { ffi: 'koffi', chip: 'swtpm as an SLB 9670', suite: 1 },
  { ffi: 'ffi-napi', chip: 'swtpm as an SLB 9670', suite: 1 },
];

const extended: readonly Run[] = [
  { ffi: 'koffi', chip: 'swtpm', suite: 4 },
  { ffi: 'koffi', chip: 'swtpm as an SLB 9670', suite: 2 },
  { ffi: 'ffi-napi', chip: 'swtpm', suite: 3 },
  { ffi: 'ffi-napi', chip: 'swtpm', suite: 4 },
  { ffi: 'ffi-napi', chip: 'swtpm as an SLB 9670', suite: 2 },
];

/** `npm run contract` runs them all, and takes no missing ffi-napi for an answer. */
const isExtended = process.env.TIES_CONTRACT === 'extended';
const runs = isExtended
  ? [...usual, ...extended]
  : usual.filter(({ ffi }) => ffi === 'koffi' || isLoadable(ffi));

for (const { ffi, chip, suite } of runs) {
  console.info(`ESAPI through ${ffi} on ${chip}, suite ${suite}`);
  const make = () => makeSwtpm(CHIPS[chip], { ffi: ffiByName[ffi] });
  describeTpmContract(`ESAPI through ${ffi} on ${chip}`, make, suite);
}
