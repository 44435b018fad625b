import type { Secret } from '../../protocol/secret.ts';
import type { StorageKey } from '../../protocol/tpm/storage-key.ts';

/** A key that lives outside the TPM, wrapped by its storage key; useless to anyone else. */
export interface KeyBlob {
  /** TPMT_PUBLIC as marshalled by the TPM. */
  readonly public: Uint8Array;
  /** Contents of TPM2B_PRIVATE. */
  readonly private: Uint8Array;
}

/** Whose key an operation uses: a node's own persistent Master Key, or a blob. */
export type KeyRef = 'masterKey' | KeyBlob;

/**
 * How the Central Entity translates: Import, Load, Duplicate and flush, the paper's way; or
 * TPM2_Rewrap, which is one command but ignores the policy of what it moves.
 */
export type Translation = 'duplicate' | 'rewrap';

/** What `boot` found in the TPM. */
export interface BootReport {
  /** This process's epoch: the NV counter after its increment. */
  readonly epoch: number;
  readonly storageKey: StorageKey;
  readonly hasAccessKey: boolean;
  readonly hasMasterKey: boolean;
  /** What `writeIdentity` last wrote, or null. */
  readonly identity: Uint8Array | null;
  /** The roster version floor; 0 if never raised. */
  readonly rosterFloor: number;
  /** ECDSA P-256, compressed (33 B); null on a node. */
  readonly rosterKey: Uint8Array | null;
  /** How `translate` goes about it here. */
  readonly translation: Translation;
}

/**
 * What TIES asks of a TPM, in the terms of the protocol. Each is atomic for the caller, leaves no
 * transient object or session of its own behind on any path, and fails with a `TiesError` whose
 * code is `TPM_…` (`TPM_NOT_PROVISIONED`, `TPM_ALREADY_PROVISIONED`, `TPM_REFUSED` for a response
 * code, `TPM_BAD_WRAP` where what a peer sent does not import or names another object,
 * `TPM_UNSUPPORTED`, `TPM_UNAVAILABLE` where it does not answer).
 */
export interface TpmOperations {
  /**
   * Make RK, the boot counter, the floors and, on a node, the one-time access key; at the Central
   * Entity the roster key. Where the TPM has TPM2_Rewrap, RK gets the policy that refuses it
   * (suite 3 for 1, 4 for 2), unless this is a center that was opened to translate by it.
   */
  provision: {
    input: { role: 'node' | 'center'; suite: StorageKey['suite'] };
    output: { storageKey: StorageKey; accessKey: Secret | null; rosterKey: Uint8Array | null };
  };
  /**
   * Take a new epoch and read what is there. Once a process; refuses while another process holds this TPM,
   * and a counter beyond 32 bits (`TPM_EPOCH`).
   */
  boot: { input: Record<string, never>; output: BootReport };
  /** The 16-byte one-time access key, over an encrypted session. */
  readAccessKey: { input: Record<string, never>; output: Secret };
  /** The inside of a credential made for this TPM's storage key. */
  activateCredential: { input: { idObject: Uint8Array; seed: Uint8Array }; output: Secret };
  /**
   * Make the 32-byte Master Key a persistent object that nothing can export. The same key again
   * is no error; another replaces it while the access key is there, for then that join never
   * finished, and is refused afterwards (`TPM_REFUSED`).
   */
  persistMasterKey: { input: { masterKey: Secret }; output: null };
  /** Write the join record (at most `MAX_MEMBERSHIP_BYTES`) to ordinary NV. */
  writeIdentity: { input: { identity: Uint8Array }; output: null };
  /** Undefine the one-time access key. Idempotent. */
  removeAccessKey: { input: Record<string, never>; output: null };
  /** Central Entity: keep an admitted access key so that only this TPM reads it. */
  sealAccessKey: { input: { accessKey: Secret }; output: KeyBlob };
  unsealAccessKey: { input: { sealed: KeyBlob }; output: Secret };
  /** Central Entity: a node's Master Key as a blob (never exportable). */
  createMasterKey: { input: { masterKey: Secret }; output: KeyBlob };
  /** TPM2_HMAC (SHA-256) of each block under the key, over an encrypted session. */
  derive: { input: { key: KeyRef; blocks: readonly Uint8Array[] }; output: readonly Secret[] };
  /**
   * N1: make SK, duplicable only to the center and the peer, and wrap it to the center.
   * `peerName` is the whole Name, 34 B; a key or Name that is none fails with `TPM_BAD_KEY`.
   */
  createSessionKey: {
    input: { center: StorageKey; peerName: Uint8Array };
    output: { key: KeyBlob; wrap: Uint8Array };
  };
  /** Central Entity: import a wrap made for us under the policy for `to`, duplicate it to `to`, keep nothing. */
  translate: { input: { wrap: Uint8Array; to: StorageKey }; output: Uint8Array };
  /** N2: import a wrap made for us, whose policy names the center and ourselves. */
  importSessionKey: {
    input: { wrap: Uint8Array; centerName: Uint8Array };
    output: KeyBlob;
  };
  /** Central Entity: ECDSA P-256 over a SHA-256 digest, r ‖ s (64 B). */
  sign: { input: { digest: Uint8Array }; output: Uint8Array };
  /** Raise the roster floor in NV; a lower version than it holds is refused (`TPM_FLOOR`). */
  raiseRosterFloor: { input: { version: number }; output: null };
}

export type TpmOperationName = keyof TpmOperations;

/** What is loaded in a TPM, by GetCapability. */
export interface TpmHandles {
  readonly transient: number;
  readonly sessions: number;
  readonly persistent: number;
}

/** A TPM 2.0 in the terms of the protocol. One operation at a time: the `tpm` actor sees to it. */
export interface Tpm {
  perform<Name extends TpmOperationName>(
    name: Name,
    input: TpmOperations[Name]['input'],
  ): Promise<TpmOperations[Name]['output']>;
  /** For tests and diagnosis. */
  handles(): Promise<TpmHandles>;
  close(): Promise<void>;
}
