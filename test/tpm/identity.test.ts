import { expect, test } from 'vitest';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { identifyTpm } from '../../drivers/tpm/esapi/identity.ts';
import { startSwtpm } from '../../simulations/swtpm/process.ts';

test('a TPM says who made it, which firmware it has, and that it has what is needed', async () => {
  const swtpm = await startSwtpm();
  try {
    const { manufacturer, firmware, missing } = await identifyTpm(swtpm.tcti, koffiFfi);
    expect({ manufacturer, missing }).toEqual({ manufacturer: 'IBM', missing: [] });
    // libtpms gives the date of the specification: 2019 as BCD.
    expect(firmware.major).toBe(0x2019);
  } finally {
    await swtpm.stop();
  }
});
