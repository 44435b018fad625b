import { equalBytes } from '../../../protocol/bytes.ts';
import { EMPTY_POLICY, policyDuplicationSelect, policyOr } from '../../../protocol/tpm/policy.ts';
import { refusal } from './chip.ts';

/** A policy session, as far as duplication needs one (TPM 2.0 Part 1, "Enhanced Authorization"). */
export class PolicySession {
  #digest: Uint8Array = EMPTY_POLICY;
  #newParent: Uint8Array | null = null;

  /** TPM2_PolicyDuplicationSelect (Part 3, 23.15): also pins the new parent of this session. */
  duplicationSelect(newParentName: Uint8Array): void {
    this.#newParent = newParentName;
    this.#digest = policyDuplicationSelect(newParentName);
  }

  /** TPM2_PolicyOR (Part 3, 23.6). */
  or(branches: readonly Uint8Array[]): void {
    if (!branches.some((branch) => equalBytes(branch, this.#digest))) {
      throw refusal('TPM_RC_VALUE: the policy session is in none of the branches.');
    }
    this.#digest = policyOr(branches);
  }

  /** What TPM2_Duplicate asks of the session that authorises it (Part 3, 13.1). */
  authorizeDuplication(authPolicy: Uint8Array, newParentName: Uint8Array): void {
    if (!equalBytes(this.#digest, authPolicy)) {
      throw refusal('TPM_RC_POLICY_FAIL: not the policy of the object.');
    }
    if (!this.#newParent || !equalBytes(this.#newParent, newParentName)) {
      throw refusal('TPM_RC_POLICY_FAIL: another new parent than the session names.');
    }
  }
}
