import { createPublicKey, ECDH, type KeyObject, verify } from 'node:crypto';
import { concat, sha256, uintBytes, utf8 } from './bytes.ts';
import type { BodyOf } from './messages.ts';

/** One authorized device, or one that no longer is. */
export type RosterEntry = BodyOf<'roster.delta'>['entries'][number];

/** Where the list of authorized devices (paper, Figure 4) has got to. */
export interface RosterHead {
  readonly version: number;
  /** Hash chain over all deltas up to this version, 16 B. */
  readonly hash: Uint8Array;
}

/** A device as a node knows it: from the signed list, or by the Central Entity's word under MK. */
export type KnownDevice = Omit<RosterEntry, 'state'> & {
  readonly state: RosterEntry['state'] | 'active';
};

/**
 * What one node holds of the list: entries that are those of this version, the oldest known first.
 * Of a device that is not among them it knows nothing; the Central Entity does.
 */
export interface Roster extends RosterHead {
  readonly entries: readonly KnownDevice[];
}

export const EMPTY_ROSTER: Roster = { version: 0, hash: new Uint8Array(16), entries: [] };

/** Entries of one delta or page; more do not fit a frame. */
export const DELTA_ENTRIES = 11;
export const PAGE_ENTRIES = 10;

/** Addresses 2 to 11 stand on page 0, 12 to 21 on page 1, and so on. */
export const pageOf = (address: number): number => Math.floor((address - 2) / PAGE_ENTRIES);
export const addressesOn = (page: number): readonly number[] =>
  Array.from({ length: PAGE_ENTRIES }, (_, at) => 2 + PAGE_ENTRIES * page + at);

export const isActive = ({ state }: Pick<KnownDevice, 'state'>): boolean =>
  state.startsWith('active');

export const entryOf = ({ entries }: Roster, address: number): KnownDevice | undefined =>
  entries.find((entry) => entry.address === address);

/** What speaks against sharing a key with a device. */
export type Objection = 'unknown' | 'revoked';

export const objectionTo = (roster: Roster, address: number): Objection | null => {
  const entry = entryOf(roster, address);
  if (entry === undefined) return 'unknown';
  return isActive(entry) ? null : 'revoked';
};

/** h_v = first 16 bytes of SHA-256(h_{v−1} ‖ version ‖ delta). */
export const chainHash = (previous: Uint8Array, version: number, delta: Uint8Array): Uint8Array =>
  sha256(previous, uintBytes(version, 4), delta).slice(0, 16);

/** Newer entries in the place of those of the same addresses. */
const replaced = (
  entries: readonly KnownDevice[],
  newer: readonly KnownDevice[],
): readonly KnownDevice[] => {
  const said = new Map(newer.map((entry) => [entry.address, entry]));
  return [...entries.filter(({ address }) => !said.has(address)), ...said.values()];
};

/** The next version. */
export const applyDelta = (
  { version, entries }: Roster,
  changed: readonly RosterEntry[],
  hash: Uint8Array,
): Roster => ({ version: version + 1, hash, entries: replaced(entries, changed) });

/** A version further on, known by one page of it: of all others nothing is known any more. */
export const turnTo = ({ version, hash, entries }: BodyOf<'roster.page'>): Roster => ({
  version,
  hash,
  entries,
});

/** With a device that the Central Entity vouched for; what the list says against one stands. */
export const withVouched = (roster: Roster, device: Omit<KnownDevice, 'state'>): Roster =>
  entryOf(roster, device.address) === undefined
    ? { ...roster, entries: [...roster.entries, { ...device, state: 'active' }] }
    : roster;

/** Entries of at most so many of those that are not `wanted`: the oldest known go. */
export const withRoomFor = (
  strangers: number,
  roster: Roster,
  wanted: (device: KnownDevice) => boolean,
): Roster => {
  const others = roster.entries.filter((entry) => !wanted(entry));
  const gone = new Set(others.slice(0, Math.max(0, others.length - strangers)));
  return { ...roster, entries: roster.entries.filter((entry) => !gone.has(entry)) };
};

/** What the CE signs over a delta: `body` is the message's body as it travels, version included. */
export const deltaPreimage = (netId: Uint8Array, hash: Uint8Array, body: Uint8Array): Uint8Array =>
  concat(utf8('TIES1 roster'), netId, hash, body);

/** What the CE signs over a page; version, h_v and the page's number stand in the body. */
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
