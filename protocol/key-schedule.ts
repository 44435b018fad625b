import { hkdfSync } from 'node:crypto';
import { concat, sha256, uintBytes, utf8 } from './bytes.ts';
import { PURPOSES, type Purpose } from './messages.ts';
import { Secret } from './secret.ts';

/** What a traffic key is for: one purpose, one direction, one pair of epochs, one context. */
export interface Derivation {
  readonly purpose: Purpose;
  readonly netId: Uint8Array;
  readonly src: number;
  readonly dst: number;
  /** Boot epochs of source and destination; 0 where no epoch must be known. */
  readonly srcEpoch: number;
  readonly dstEpoch: number;
  readonly context?: Uint8Array;
}

const EMPTY = new Uint8Array(0);
const KEY_BYTES = 32;

/** The 58 bytes that the TPM's HMAC turns into a traffic key. */
export const derivationBlock = (derivation: Derivation): Uint8Array =>
  concat(
    utf8('TIES1'),
    Uint8Array.of(PURPOSES[derivation.purpose]),
    derivation.netId,
    uintBytes(derivation.src, 2),
    uintBytes(derivation.dst, 2),
    uintBytes(derivation.srcEpoch, 4),
    uintBytes(derivation.dstEpoch, 4),
    sha256(derivation.context ?? EMPTY),
  );

/** First byte of SHA-256 over what names a key: lets a receiver choose among those it holds. */
export const keyId = (...parts: readonly Uint8Array[]): number => sha256(...parts)[0] as number;

const hkdf = (ikm: Uint8Array, salt: Uint8Array, ...info: readonly Uint8Array[]): Secret =>
  new Secret(new Uint8Array(hkdfSync('sha256', ikm, salt, concat(...info), KEY_BYTES)));

/** K_J1: all that a label holder and the CE share before the first word. */
export const firstJoinKey = (accessKey: Secret, devId: Uint8Array): Secret =>
  hkdf(accessKey.reveal(), EMPTY, utf8('TIES1 J1'), devId);

/** K_J2: bound to both shares, as two Central Entities may have been given one label. */
export const offerKey = (
  accessKey: Secret,
  devId: Uint8Array,
  nodeShare: Uint8Array,
  centerShare: Uint8Array,
): Secret => hkdf(accessKey.reveal(), EMPTY, utf8('TIES1 J2'), devId, nodeShare, centerShare);

/** What J3, J4 and the Master Key are derived from. */
export interface JoinSecrets {
  readonly accessKey: Secret;
  /** X25519 of the two shares. */
  readonly agreed: Secret;
}

/** K_J3 and K_J4, salted with SHA-256(J1 ‖ J2). */
export const presentationKey = (
  step: 'J3' | 'J4',
  secrets: JoinSecrets,
  transcript: Uint8Array,
  netId: Uint8Array,
  devId: Uint8Array,
): Secret =>
  hkdf(
    concat(secrets.accessKey.reveal(), secrets.agreed.reveal()),
    transcript,
    utf8(`TIES1 ${step}`),
    netId,
    devId,
  );

/** MK: without the credential, which only N's own TPM opens, nobody has it. */
export const masterKey = (
  secrets: JoinSecrets & { readonly credential: Secret },
  transcript: Uint8Array,
  netId: Uint8Array,
  devId: Uint8Array,
): Secret =>
  hkdf(
    concat(secrets.accessKey.reveal(), secrets.agreed.reveal(), secrets.credential.reveal()),
    transcript,
    utf8('TIES1 MK'),
    netId,
    devId,
  );
