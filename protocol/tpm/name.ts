import { sha256 } from '../bytes.ts';
import { ALG } from './constants.ts';
import { concat, uint16 } from './marshal.ts';

/** Length of a Name under SHA-256. */
export const NAME_BYTES = 34;

/** What a Name begins with; the digest alone says as much on the air. */
export const NAME_ALGORITHM = uint16(ALG.sha256);

/** Name of an object: its nameAlg, then the digest of its TPMT_PUBLIC (TPM 2.0 Part 1, "Names"). */
export const objectName = (tpmtPublic: Uint8Array): Uint8Array =>
  concat(NAME_ALGORITHM, sha256(tpmtPublic));
