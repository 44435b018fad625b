import { afterAll, afterEach, describe } from 'vitest';
import type { StorageKey } from '../../protocol/tpm/storage-key.ts';
import { describeCredential } from './contract/credential.ts';
import { describeMasterKey } from './contract/master-key.ts';
import { describeProvisioning } from './contract/provisioning.ts';
import { describeRoster } from './contract/roster.ts';
import { describeSessionKey } from './contract/session-key.ts';
import { type MakeTpm, partyMaker } from './party.ts';

export { describeTpmInterop } from './interop.ts';
export type { MakeTpm, TpmUnderTest } from './party.ts';

/**
 * What every implementation of `drivers/tpm/interface.ts` has to do. `make` gives a fresh,
 * unprovisioned TPM each time. Every operation is watched for objects and sessions left behind.
 */
export const describeTpmContract = (
  name: string,
  make: MakeTpm,
  suite: StorageKey['suite'] = 1,
): void => {
  describe(`${name}, suite ${suite}`, () => {
    const maker = partyMaker(make, suite);
    const shared = partyMaker(make, suite);
    afterEach(maker.release);
    afterAll(shared.release);

    describeProvisioning(maker, suite);
    describeCredential(maker);
    describeMasterKey(maker);
    describeRoster(maker);
    describeSessionKey(shared);
  });
};
