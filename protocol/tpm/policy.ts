import { sha256 } from '../bytes.ts';
import { CC } from './constants.ts';
import { uint32 } from './marshal.ts';

/** Digest of a policy session in which nothing was asserted yet. */
export const EMPTY_POLICY = new Uint8Array(32);

/** TPM2_PolicyCommandCode in a fresh session (TPM 2.0 Part 3, 23.11). */
export const policyCommandCode = (commandCode: number): Uint8Array =>
  sha256(EMPTY_POLICY, uint32(CC.policyCommandCode), uint32(commandCode));

/**
 * TPM2_PolicyDuplicationSelect in a fresh session with includeObject NO, so that the object's
 * own Name is no part of it (Part 3, 23.15): the policy is known before the object is.
 */
export const policyDuplicationSelect = (newParentName: Uint8Array): Uint8Array =>
  sha256(EMPTY_POLICY, uint32(CC.policyDuplicationSelect), newParentName, Uint8Array.of(0));

/** TPM2_PolicyOR: what was asserted before counts only by being one of `branches` (Part 3, 23.6). */
export const policyOr = (branches: readonly Uint8Array[]): Uint8Array =>
  sha256(EMPTY_POLICY, uint32(CC.policyOr), ...branches);

/** The branches of a session key's policy, in their order: to the center, or to the peer. */
export const sessionKeyBranches = (
  centerName: Uint8Array,
  peerName: Uint8Array,
): readonly [Uint8Array, Uint8Array] => [
  policyDuplicationSelect(centerName),
  policyDuplicationSelect(peerName),
];

/** authPolicy of a session key: duplicable to these two storage keys and to nobody else. */
export const sessionKeyPolicy = (centerName: Uint8Array, peerName: Uint8Array): Uint8Array =>
  policyOr(sessionKeyBranches(centerName, peerName));

/**
 * The branches of a storage key's policy in suites 3 and 4: all a storage key is needed for,
 * except TPM2_Rewrap, which would ignore the policy of the object it moves.
 */
export const storageKeyBranches: readonly Uint8Array[] = [
  CC.create,
  CC.load,
  CC.import,
  CC.activateCredential,
].map(policyCommandCode);

export const storageKeyPolicy: Uint8Array = policyOr(storageKeyBranches);
