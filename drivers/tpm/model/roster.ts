import { TiesError } from '../../../protocol/errors.ts';
import { MAX_MEMBERSHIP_BYTES } from '../../../protocol/identity.ts';
import { type Operations, refusal } from './chip.ts';
import { signDigest } from './ecdsa.ts';

const DIGEST_BYTES = 32;

export const sign: Operations['sign'] = ({ nv, random }, { digest }) => {
  if (!nv.rosterKey) throw refusal('TPM_RC_HANDLE: only the center signs rosters.');
  if (digest.length !== DIGEST_BYTES) throw refusal('TPM_RC_SIZE: not a SHA-256 digest.');
  return signDigest(nv.rosterKey.scalar.reveal(), digest, random);
};

export const raiseRosterFloor: Operations['raiseRosterFloor'] = ({ nv }, { version }) => {
  if (version < nv.rosterFloor) {
    throw new TiesError('TPM_FLOOR', `The TPM has seen version ${nv.rosterFloor} of the roster.`);
  }
  nv.rosterFloor = version;
  return null;
};

export const writeIdentity: Operations['writeIdentity'] = ({ nv }, { identity }) => {
  if (identity.length > MAX_MEMBERSHIP_BYTES)
    throw refusal('TPM_RC_NV_RANGE: longer than a join record can be.');
  nv.identity = Uint8Array.from(identity);
  return null;
};
