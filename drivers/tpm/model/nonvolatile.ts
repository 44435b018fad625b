import type { Secret } from '../../../protocol/secret.ts';
import type { StorageKeyPair } from '../../../protocol/tpm/secret-sharing.ts';

/** RK with its sensitive area: the key pair, and the seed that protects its children. */
export interface StoragePrimary {
  readonly pair: StorageKeyPair;
  readonly seed: Secret;
}

/** An ECDSA P-256 key. */
export interface SigningKey {
  readonly scalar: Secret;
  /** Compressed, 33 B. */
  readonly point: Uint8Array;
}

/**
 * What a power cut leaves in a model TPM: persistent objects and NV indices. Hand the same one to
 * the next `modelTpm` for a restart; only the model looks inside.
 */
export interface NonVolatile {
  /** Which open TPM holds the exclusive lock, if any. */
  holder: object | null;
  storage: StoragePrimary | null;
  rosterKey: SigningKey | null;
  masterKey: Secret | null;
  accessKey: Secret | null;
  bootCounter: number;
  identity: Uint8Array | null;
  rosterFloor: number;
}

/** A TPM as it leaves the factory. */
export const blankNonVolatile = (): NonVolatile => ({
  holder: null,
  storage: null,
  rosterKey: null,
  masterKey: null,
  accessKey: null,
  bootCounter: 0,
  identity: null,
  rosterFloor: 0,
});
