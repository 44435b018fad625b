import { equalBytes } from '../../../protocol/bytes.ts';
import { TiesError } from '../../../protocol/errors.ts';
import { ALG, ATTRIBUTE, CURVE_NIST_P256 } from '../../../protocol/tpm/constants.ts';
import { type EccPoint, unmarshalPoint } from '../../../protocol/tpm/ecc-point.ts';
import { concat, sized, Unmarshaller, uint16, uint32 } from '../../../protocol/tpm/marshal.ts';
import type { TpmOperations } from '../interface.ts';
import { struct, u32 } from './context.ts';
import type { Inventory } from './inventory.ts';
import { password } from './sessions.ts';

/** TPM_ALG_ECDSA (TPM 2.0 Part 2, 6.3). */
const ECDSA = 0x0018;
/** TPM_ST_HASHCHECK and TPM_RH_NULL: no ticket, as an unrestricted key needs none (Part 3, 20.2). */
const NO_TICKET = concat(uint16(0x8024), uint32(0x40000007), sized(new Uint8Array(0)));
const ECDSA_SHA256 = concat(uint16(ECDSA), uint16(ALG.sha256));
const COORDINATE_BYTES = 32;

const HEAD = concat(
  uint16(ALG.ecc),
  uint16(ALG.sha256),
  uint32(
    ATTRIBUTE.fixedTpm |
      ATTRIBUTE.fixedParent |
      ATTRIBUTE.sensitiveDataOrigin |
      ATTRIBUTE.userWithAuth |
      ATTRIBUTE.noDa |
      ATTRIBUTE.sign,
  ),
  sized(new Uint8Array(0)),
  uint16(ALG.null),
  ECDSA_SHA256,
  uint16(CURVE_NIST_P256),
  uint16(ALG.null),
);

/** TPMT_PUBLIC of the roster key; for TPM2_CreatePrimary `unique` only varies what comes out. */
export const rosterKeyTemplate = (unique: Uint8Array): Uint8Array => concat(HEAD, unique);

/** The point of a roster key's TPMT_PUBLIC. */
export const rosterPointOf = (tpmtPublic: Uint8Array): EccPoint => {
  const point = equalBytes(tpmtPublic.subarray(0, HEAD.length), HEAD)
    ? unmarshalPoint(tpmtPublic.subarray(HEAD.length))
    : null;
  if (point) return point;
  throw new TiesError(
    'TPM_BAD_KEY',
    'The persistent object at 0x81000003 is no roster key; evict it (tpm2_evictcontrol).',
  );
};

const padded = (scalar: Uint8Array): Uint8Array =>
  concat(new Uint8Array(COORDINATE_BYTES - scalar.length), scalar);

/** r ‖ s of a TPMT_SIGNATURE (Part 2, 11.3.4). */
const signatureOf = (tpmtSignature: Uint8Array): Uint8Array => {
  const from = new Unmarshaller(tpmtSignature);
  from.uint32();
  return concat(padded(from.sized()), padded(from.sized()));
};

export const sign = async (
  inventory: Inventory,
  { digest }: TpmOperations['sign']['input'],
): Promise<Uint8Array> => {
  const [signature] = await inventory.esys.run(
    'Sign',
    [
      ...[u32(inventory.requireRosterKey()), ...password],
      struct('TPM2B_DIGEST', sized(digest)),
      struct('TPMT_SIG_SCHEME', ECDSA_SHA256),
      struct('TPMT_TK_HASHCHECK', NO_TICKET),
    ],
    ['TPMT_SIGNATURE'],
  );
  return signatureOf(signature);
};
