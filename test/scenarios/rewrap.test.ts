import { describe, expect, test } from 'vitest';
import type { Role } from '../../config/role.ts';
import type { SuiteName } from '../../protocol/suite.ts';
import { suitePlans } from '../../simulations/suite-plan.ts';
import { isSwtpmInstalled } from '../../simulations/swtpm/process.ts';
import { expectWithinCeilings } from './ceilings.ts';
import { expectKinds } from './kinds.ts';
import { inNetwork, isWhole } from './network.ts';

/** What becomes of a kind of storage key on a TPM with Rewrap. */
const hardened = (suite: Role['suite']): SuiteName => `${suite}-policy`;

const TPMS = isSwtpmInstalled() ? (['model', 'swtpm'] as const) : (['model'] as const);

describe('where TPMs have Rewrap', () => {
  test.each(TPMS)('every storage key refuses it, on %s', (tpm) =>
    inNetwork({ tpm, nodes: 2, profile: 'full', suite: suitePlans.mixed }, async (network) => {
      expect(isWhole(await network.mainJob('direct'), 2)).toBe(true);
      expectWithinCeilings(network);
      await expectKinds(network, hardened);
    }),
  );

  test.each(TPMS)('but that of a center which was told to translate by it, on %s', (tpm) =>
    inNetwork({ tpm, nodes: 2, profile: 'full', translate: 'rewrap' }, async (network) => {
      expect(isWhole(await network.mainJob('indirect'), 2)).toBe(true);
      expectWithinCeilings(network);
      await expectKinds(network, (kind, name) => (name === 'CE' ? kind : hardened(kind)));
      expect(await network.world.tpm('CE').perform('boot', {})).toMatchObject({
        translation: 'rewrap',
      });
    }),
  );
});
