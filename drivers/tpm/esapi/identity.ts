import type { Ffi } from '../../ffi/interface.ts';
import { capabilityOf, hasCommand } from './capabilities.ts';
import { EsysContext } from './context.ts';
import { loadLibraries } from './libraries.ts';

/** TPM_CAP_TPM_PROPERTIES and two of PT_FIXED (TPM 2.0 Part 2, 6.12 and 6.13). */
const PROPERTIES = 6;
const MANUFACTURER = 0x105;
const FIRMWARE_VERSION_1 = 0x10b;

/** TPM_CC of what the key distribution stands on (Part 2, 6.5.2). */
const NEEDED = {
  TPM2_HMAC: 0x155,
  TPM2_CreateLoaded: 0x191,
  TPM2_Import: 0x156,
  TPM2_Duplicate: 0x14b,
  TPM2_PolicyDuplicationSelect: 0x188,
  TPM2_ActivateCredential: 0x147,
  TPM2_NV_Increment: 0x134,
} as const;

/** What a TPM says of itself, by TPM2_GetCapability alone: it may be in use by others meanwhile. */
export const identifyTpm = async (tcti: string, ffi: Ffi) => {
  const esys = await EsysContext.open(loadLibraries(ffi), tcti);
  try {
    const property = async (first: number): Promise<number> => {
      const found = await capabilityOf(esys, { capability: PROPERTIES, first, most: 1 });
      // TPML_TAGGED_TPM_PROPERTY: pairs of property and value.
      found.uint32();
      return found.uint32();
    };
    const manufacturer = Buffer.alloc(4);
    manufacturer.writeUInt32BE(await property(MANUFACTURER));
    const version = await property(FIRMWARE_VERSION_1);
    const missing: string[] = [];
    for (const [name, code] of Object.entries(NEEDED))
      if (!(await hasCommand(esys, code))) missing.push(name);
    return {
      manufacturer: manufacturer.toString('latin1').replace(/[\0 ]+$/, ''),
      firmware: { major: version >>> 16, minor: version & 0xffff },
      missing,
    };
  } finally {
    await esys.close();
  }
};
