import { expect, test } from 'vitest';
import { policyDuplicationSelect, sessionKeyPolicy, storageKeyPolicy } from './policy.ts';
import vectors from './vectors.json' with { type: 'json' };

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const center = hex(vectors.p256.name);
const peer = hex(vectors.peer.name);

test('PolicyDuplicationSelect without the object is what a TPM computes', () => {
  expect(policyDuplicationSelect(center)).toEqual(hex(vectors.policy.duplicateToP256));
  expect(policyDuplicationSelect(peer)).toEqual(hex(vectors.policy.duplicateToPeer));
});

test('the policy of a session key is what a TPM computes, and keeps the order of its branches', () => {
  expect(sessionKeyPolicy(center, peer)).toEqual(hex(vectors.policy.sessionKey));
  expect(sessionKeyPolicy(peer, center)).not.toEqual(hex(vectors.policy.sessionKey));
});

test('the policy of a storage key that refuses Rewrap is what a TPM computes', () => {
  expect(storageKeyPolicy).toEqual(hex(vectors.policy.storageKey));
});
