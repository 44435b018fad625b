import { createPublicKey, ECDH, type KeyObject, verify } from 'node:crypto';
import { concat, sha256, uintBytes, utf8 } from './bytes.ts';
import type { BodyOf } from './messages.ts';

/** One authorized device, or one that no longer is. */
export type RosterEntry = BodyOf<'roster.delta'>['entries'][number];

/** The list of authorized devices (paper, Figure 4) at one version. */
export interface Roster {
  readonly version: number;
  /** Hash chain over all deltas up to this version, 16 B. */
  readonly hash: Uint8Array;
  readonly entries: readonly RosterEntry[];
}

export const EMPTY_ROSTER: Roster = { version: 0, hash: new Uint8Array(16), entries: [] };

/** Entries of one delta or page; more do not fit a frame. */
export const DELTA_ENTRIES = 11;
export const PAGE_ENTRIES = 10;

export const isActive = (entry: RosterEntry): boolean => entry.state.startsWith('active');
/** By address, of each list of entries that was asked: they are many, and asked at each message. */
const indexes = new WeakMap<Roster['entries'], ReadonlyMap<number, RosterEntry>>();

export const entryOf = ({ entries }: Roster, address: number): RosterEntry | undefined => {
  // One that may still change is looked through.
  if (!Object.isFrozen(entries)) return entries.find((entry) => entry.address === address);
  const known = indexes.get(entries) ?? new Map(entries.map((entry) => [entry.address, entry]));
  indexes.set(entries, known);
  return known.get(address);
};

/** What a list says against sharing a key with a device. */
export type Objection = 'unknown' | 'revoked';

export const objectionTo = (roster: Roster, address: number): Objection | null => {
  const entry = entryOf(roster, address);
  if (entry === undefined) return 'unknown';
  return isActive(entry) ? null : 'revoked';
};

/** h_v = first 16 bytes of SHA-256(h_{v−1} ‖ version ‖ delta). */
export const chainHash = (previous: Uint8Array, version: number, delta: Uint8Array): Uint8Array =>
  sha256(previous, uintBytes(version, 4), delta).slice(0, 16);

/** The next version: `entries` replace those of the same address. */
export const applyDelta = (
  roster: Roster,
  entries: readonly RosterEntry[],
  hash: Uint8Array,
): Roster => {
  const byAddress = new Map([...roster.entries, ...entries].map((entry) => [entry.address, entry]));
  return Object.freeze({
    version: roster.version + 1,
    hash,
    entries: Object.freeze([...byAddress.values()].sort((a, b) => a.address - b.address)),
  });
};

/** What the CE signs over a delta: `body` is the message's body as it travels, version included. */
export const deltaPreimage = (netId: Uint8Array, hash: Uint8Array, body: Uint8Array): Uint8Array =>
  concat(utf8('TIES1 roster'), netId, hash, body);

/** What the CE signs over a page of the whole list; version and h_v stand in the body. */
export const pagePreimage = (netId: Uint8Array, body: Uint8Array): Uint8Array =>
  concat(utf8('TIES1 snapshot'), netId, body);

/** What the CE signs over its call after a restart. */
export const callPreimage = (netId: Uint8Array, body: Uint8Array): Uint8Array =>
  concat(utf8('TIES1 call'), netId, body);

/** The roster key as OpenSSL has it, which takes longer to import than to verify with. */
const imported = new Map<string, KeyObject>();
/** Of how many networks: a process knows one, a test a few. */
const MAX_KEYS = 16;

const keyOf = (rosterKey: Uint8Array): KeyObject => {
  const name = Buffer.from(rosterKey).toString('base64url');
  const known = imported.get(name);
  if (known !== undefined) return known;
  const point = ECDH.convertKey(
    rosterKey,
    'prime256v1',
    undefined,
    undefined,
    'uncompressed',
  ) as Buffer;
  const coordinate = (start: number) => point.subarray(start, start + 32).toString('base64url');
  const key = createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) },
  });
  if (imported.size >= MAX_KEYS) imported.clear();
  imported.set(name, key);
  return key;
};

/**
 * What was verified last: a chart asks of a delta more than once, and of one broadcast every
 * device that shares this process.
 */
let last: { readonly asked: string; readonly holds: boolean } | null = null;

/** Whether r ‖ s is the roster key's ECDSA P-256 signature over SHA-256(preimage). */
export const verifySignature = (
  rosterKey: Uint8Array,
  preimage: Uint8Array,
  signature: Uint8Array,
): boolean => {
  const asked = [rosterKey, preimage, signature]
    .map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url'))
    .join('.');
  if (last?.asked === asked) return last.holds;
  const key = { key: keyOf(rosterKey), dsaEncoding: 'ieee-p1363' } as const;
  const holds = verify('sha256', preimage, key, signature);
  last = { asked, holds };
  return holds;
};
