import { type FfiName, ffiByName } from '../../drivers/ffi/by-name.ts';
import type { Suite } from '../../protocol/tpm/storage-key.ts';
import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import { isLoadable } from '../ffi/loadable.ts';
import { describeTpmContract } from './contract.ts';
import { makeSwtpm } from './swtpm-under-test.ts';

const CHIPS = { swtpm: null, 'swtpm as an SLB 9670': { profile: slb9670 } } as const;

interface Run {
  readonly ffi: FfiName;
  readonly chip: keyof typeof CHIPS;
  readonly suite: Suite;
}

const every: readonly Run[] = (['koffi', 'ffi-napi'] as const).flatMap((ffi): Run[] => [
  { ffi, chip: 'swtpm as an SLB 9670', suite: 1 },
  { ffi, chip: 'swtpm as an SLB 9670', suite: 2 },
  { ffi, chip: 'swtpm', suite: 3 },
  { ffi, chip: 'swtpm', suite: 4 },
]);

/** What `npm test` has time for: each package and each chip once. */
const usual = (): readonly Run[] => [
  { ffi: 'koffi', chip: 'swtpm as an SLB 9670', suite: 1 },
  { ffi: isLoadable('ffi-napi') ? 'ffi-napi' : 'koffi', chip: 'swtpm', suite: 3 },
];

/** `npm run contract` runs them all, and takes no missing ffi-napi for an answer. */
const runs = process.env.TIES_CONTRACT === 'extended' ? every : usual();

for (const { ffi, chip, suite } of runs) {
  console.info(`ESAPI through ${ffi} on ${chip}, suite ${suite}`);
  const make = () => makeSwtpm(CHIPS[chip], { ffi: ffiByName[ffi] });
  describeTpmContract(`ESAPI through ${ffi} on ${chip}`, make, suite);
}
