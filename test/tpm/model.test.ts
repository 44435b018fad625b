import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { systemRandom } from '../../drivers/random/system.ts';
import { modelTpm } from '../../drivers/tpm/model/model-tpm.ts';
import { blankNonVolatile } from '../../drivers/tpm/model/nonvolatile.ts';
import type { Suite } from '../../protocol/tpm/storage-key.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { distribute } from './contract/session-key.ts';
import { describeTpmContract, describeTpmInterop, type MakeTpm } from './contract.ts';
import { partyMaker } from './party.ts';

const der = { format: 'der', type: 'pkcs8' } as const;
const rsaKeys = Array.from({ length: 4 }, () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(der),
);

/** One of four RSA keys in turn, as making one for each TPM would take most of the run. */
const rsaKey = (): Uint8Array => {
  const key = rsaKeys.shift() as Buffer<ArrayBuffer>;
  rsaKeys.push(key);
  return key;
};

const make: MakeTpm = async () => {
  const nv = blankNonVolatile();
  const open = () => modelTpm({ random: systemRandom, nv, rsaKey });
  let tpm = open();
  return {
    tpm,
    restart: async () => {
      await tpm.close();
      tpm = open();
      return tpm;
    },
    rival: async () => open(),
    release: () => tpm.close(),
  };
};

const suites: readonly Suite[] = [1, 2, 3, 4];
for (const suite of suites) describeTpmContract('model', make, suite);

describeTpmInterop('model', make, 'model', make, { a: 1, b: 2 });

describe('a seeded model', () => {
  test('repeats byte for byte', async () => {
    const run = async () => {
      let made = 0;
      const seeded: MakeTpm = async () => {
        made += 1;
        const tpm = modelTpm({ random: seededRandom(7, `tpm ${made}`) });
        return { tpm, restart: async () => tpm, release: () => tpm.close() };
      };
      const { party } = partyMaker(seeded, 1);
      const [n1, center, n2] = [await party('node'), await party('center'), await party('node')];
      const { created, translated } = await distribute(n1, center, n2);
      const signature = await center.tpm.perform('sign', { digest: new Uint8Array(32).fill(1) });
      return [n1.provisioned, center.provisioned, created, translated, signature];
    };
    expect(await run()).toEqual(await run());
  });
});
