import { type FfiName, ffiByName } from '../../drivers/ffi/by-name.ts';
import type { Suite } from '../../protocol/tpm/storage-key.ts';
import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import { isExtended } from '../extended.ts';
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

/** The extended contract takes no missing ffi-napi for an answer. */
for (const { ffi, chip, suite } of isExtended ? every : every.slice(0, 1)) {
  console.info(`ESAPI through ${ffi} on ${chip}, suite ${suite}`);
  const make = () => makeSwtpm(CHIPS[chip], { ffi: ffiByName[ffi] });
  describeTpmContract(`ESAPI through ${ffi} on ${chip}`, make, suite);
}
