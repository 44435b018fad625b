/** TPM_CC of the commands that TIES sends, or must not (TPM 2.0 Part 2, 6.5.2). */
export const TPM_CC = {
  EvictControl: 0x120,
  NV_UndefineSpace: 0x122,
  NV_DefineSpace: 0x12a,
  CreatePrimary: 0x131,
  NV_Increment: 0x134,
  NV_Write: 0x137,
  ActivateCredential: 0x147,
  Duplicate: 0x14b,
  NV_Read: 0x14e,
  Rewrap: 0x152,
  Create: 0x153,
  HMAC: 0x155,
  Import: 0x156,
  Load: 0x157,
  Sign: 0x15d,
  Unseal: 0x15e,
  FlushContext: 0x165,
  LoadExternal: 0x167,
  NV_ReadPublic: 0x169,
  PolicyCommandCode: 0x16c,
  PolicyOR: 0x171,
  ReadPublic: 0x173,
  StartAuthSession: 0x176,
  GetCapability: 0x17a,
  GetRandom: 0x17b,
  PolicyDuplicationSelect: 0x188,
  CreateLoaded: 0x191,
  EncryptDecrypt2: 0x193,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(TPM_CC).map(([name, code]) => [code, name]),
);

/** The command's name, or its code where it has none here. */
export const commandName = (code: number): string => NAMES.get(code) ?? `0x${code.toString(16)}`;
