import { expect, test } from 'vitest';
import { isSwtpmInstalled } from '../../../simulations/swtpm/process.ts';
import { Dice } from '../mutate.ts';
import { attackControl } from './control.ts';
import { attackInspector } from './inspector.ts';
import { attackTpm } from './tpm.ts';

/** `npm run fuzz` says more; hostile frames on a running network are in test/scenarios. */
test('whatever is said on the control socket, only whole requests are heard', async () => {
  expect(await attackControl(new Dice(1), 150)).toEqual([]);
});

test('whatever is said to the inspector, nobody is let in without the token', async () => {
  expect(await attackInspector(new Dice(1), 150)).toEqual([]);
});

test.runIf(isSwtpmInstalled())(
  'whatever a TPM answers is refused by name, and never taken for a secret',
  async () => {
    expect(await attackTpm(new Dice(3), 25)).toEqual([]);
  },
);
