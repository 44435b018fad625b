/** ESYS_TR of entities that need no handle of their own (tpm2-tss, tss2_esys.h). */
export const ESYS_TR = {
  password: 0x0ff,
  none: 0xfff,
  owner: 0x101,
  null: 0x107,
} as const;

/** Where TIES keeps its keys: in the owner's range of persistent handles (TPM 2.0 Part 2, 7.4). */
export const PERSISTENT = {
  storageKey: 0x81000001,
  masterKey: 0x81000002,
  rosterKey: 0x81000003,
} as const;

/** TPMA_SESSION (Part 2, 8.4). */
export const SESSION = {
  continueSession: 1 << 0,
  decrypt: 1 << 5,
  encrypt: 1 << 6,
} as const;

/** TPM_SE (Part 2, 6.11). */
export const SESSION_TYPE = { hmac: 0x00, policy: 0x01 } as const;

/** TPM_RC_NV_UNINITIALIZED: the index was never written (Part 2, 6.6.3). */
export const NV_UNINITIALIZED = 0x14a;
