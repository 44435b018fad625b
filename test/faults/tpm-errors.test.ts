import { expect, test } from 'vitest';
import { isSwtpmInstalled } from '../../simulations/swtpm/process.ts';
import { tpmErrors } from './tpm-errors.ts';

/** `npm run faults:tpm` has every operation with every code. */
test.runIf(isSwtpmInstalled())(
  'a TPM that answers one command of an operation with an error fails it by name, and goes on',
  async () => {
    const endings = await tpmErrors([0x101, 0x902], (name) => name === 'derive');
    expect(endings.filter(({ wrong }) => wrong !== null)).toEqual([]);
    expect(endings.length).toBeGreaterThanOrEqual(2 * 4);
    expect(new Set(endings.map(({ code }) => code)).has('TPM_REFUSED')).toBe(true);
  },
);
