import { concat, readUint, sha256, uintBytes } from './bytes.ts';
import { TiesError } from './errors.ts';
import { SUITES, type Suite, uniqueBytes } from './tpm/storage-key.ts';

/** Address of the Central Entity. */
export const CENTER = 1;
export const BROADCAST = 0xffff;
/** A joiner speaks from a random address in this range until it has its own. */
export const JOINER_FIRST = 65_280;
export const JOINER_LAST = 65_534;

export const isJoiner = (address: number): boolean =>
  address >= JOINER_FIRST && address <= JOINER_LAST;
export const isNode = (address: number): boolean => address > CENTER && address < JOINER_FIRST;

/** First 12 bytes of SHA-256(Name(RK)); the first 8 of them travel. */
export const devIdOf = (storageKeyName: Uint8Array): Uint8Array =>
  sha256(storageKeyName).slice(0, 12);
export const shortDevId = (devId: Uint8Array): Uint8Array => devId.slice(0, 8);

/** How a query names a device: its address, 2 bytes, or its DevID, 8. */
export const namedBy = (address: number): Uint8Array => uintBytes(address, 2);
export const addressIn = (peer: Uint8Array): number | null =>
  peer.length === 2 ? readUint(peer, 0, 2) : null;

/** What a node keeps in its TPM's NV of the network it joined. */
export interface Membership {
  readonly netId: Uint8Array;
  readonly address: number;
  /** Kind and public part of RK_CE. */
  readonly centerSuite: Suite;
  readonly centerKey: Uint8Array;
  readonly rosterKey: Uint8Array;
  readonly rosterVersion: number;
}

const FIXED = 8 + 2 + 4 + 33 + 1;

/** The longest join record: that of a network whose CE has an RSA key. */
export const MAX_MEMBERSHIP_BYTES = FIXED + 256;

/** Membership as the bytes of the NV index: all fixed lengths, RK_CE last. */
export const encodeMembership = (membership: Membership): Uint8Array =>
  concat(
    membership.netId,
    uintBytes(membership.address, 2),
    uintBytes(membership.rosterVersion, 4),
    membership.rosterKey,
    Uint8Array.of(membership.centerSuite),
    membership.centerKey,
  );

/** Throws `TIES_MEMBERSHIP` where the NV index holds something else. */
export const decodeMembership = (bytes: Uint8Array): Membership => {
  const centerSuite = SUITES.find((suite) => suite === bytes[FIXED - 1]);
  if (centerSuite === undefined || bytes.length - FIXED !== uniqueBytes(centerSuite))
    throw new TiesError(
      'TIES_MEMBERSHIP',
      'The join record in the TPM cannot be read. Provision the node anew.',
    );
  return {
    netId: bytes.slice(0, 8),
    address: readUint(bytes, 8, 2),
    rosterVersion: readUint(bytes, 10, 4),
    rosterKey: bytes.slice(14, 47),
    centerSuite,
    centerKey: bytes.slice(FIXED),
  };
};
