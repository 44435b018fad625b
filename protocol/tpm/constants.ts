/** TPM_ALG_ID (TPM 2.0 Part 2, 6.3). */
export const ALG = {
  rsa: 0x0001,
  hmac: 0x0005,
  aes: 0x0006,
  keyedHash: 0x0008,
  sha256: 0x000b,
  null: 0x0010,
  ecc: 0x0023,
  cfb: 0x0043,
} as const;

/** TPM_ECC_CURVE (Part 2, 6.4). */
export const CURVE_NIST_P256 = 0x0003;

/** TPM_CC of the commands that policies name, or must not (Part 2, 6.5.2). */
export const CC = {
  activateCredential: 0x147,
  rewrap: 0x152,
  create: 0x153,
  import: 0x156,
  load: 0x157,
  policyCommandCode: 0x16c,
  policyOr: 0x171,
  policyDuplicationSelect: 0x188,
} as const;

/** TPMA_OBJECT (Part 2, 8.3). */
export const ATTRIBUTE = {
  fixedTpm: 1 << 1,
  fixedParent: 1 << 4,
  sensitiveDataOrigin: 1 << 5,
  userWithAuth: 1 << 6,
  noDa: 1 << 10,
  restricted: 1 << 16,
  decrypt: 1 << 17,
  sign: 1 << 18,
} as const;
