import { bytes, choice, type Fields, list, NONE, u16, u32, type Values } from './fields.ts';
import { SUITE_NAMES } from './suite.ts';

/** Who speaks to whom. */
export type Direction = 'node→center' | 'center→node' | 'node→node' | 'center→all' | 'any';

/**
 * What protects a body: AEAD with a tag of so many bytes under a key of the named purpose, or a
 * signature over it.
 */
export type Protection =
  | { readonly kind: 'aead'; readonly tagBytes: 8 | 16; readonly purpose: Purpose | 'join' }
  | { readonly kind: 'signature' };

/**
 * Purposes of a key; the byte stands in its derivation. A key serves one purpose in one direction,
 * so that nothing said under one can be taken for something said under another.
 */
export const PURPOSES = { control: 1, ticket: 2, rejoin: 3, confirm: 4, ack: 5, data: 6 } as const;
export type Purpose = keyof typeof PURPOSES;

/** One message of the protocol; clear fields are laid out, the body is a msgpack array. */
export interface MessageSpec {
  readonly id: number;
  readonly direction: Direction;
  /** What has happened when it arrives: the event that the machines see. */
  readonly fact: string;
  readonly clear: Fields;
  /** `raw`: the body is the bytes themselves, not a msgpack array. */
  readonly body: Fields | 'raw';
  readonly protection: Protection;
  /** What else the tag covers beside header, clear fields, source and destination. */
  readonly bound?: string;
  /** Where the flow comes from. */
  readonly source: string;
}

const TAG16 = (purpose: Purpose | 'join') => ({ kind: 'aead', tagBytes: 16, purpose }) as const;
const TAG8 = (purpose: Purpose) => ({ kind: 'aead', tagBytes: 8, purpose }) as const;
const SIGNED = { kind: 'signature' } as const;

const STATUS = choice('ok', 'unknown', 'revoked', 'unreachable', 'busy');
const REFUSAL = choice('unknown', 'revoked', 'unreachable', 'busy', 'malformed');
export type Status = NonNullable<(typeof STATUS)['type']>;
export type Refusal = NonNullable<(typeof REFUSAL)['type']>;

/** Of a member that asks to be let in again. */
const STANDING = choice('active', 'revoked', 'left');
export type Standing = NonNullable<(typeof STANDING)['type']>;

const DEV_ID = bytes(8);
const SHARE = bytes(32);
const NODE_ADDRESS = u16(2, 65_279);
const SUITE = choice(...SUITE_NAMES);
/** A compressed point or a modulus. */
const STORAGE_KEY = bytes(33, 256);
/** unique ‖ duplicate ‖ seed, to a P-256 or an RSA parent. */
const WRAP = bytes(205, 428);
/** A whole sealed delivery, see `ticket`. */
const TICKET = bytes(...ticketLengths());
const ROSTER_ENTRIES = (maxItems: number) =>
  list(maxItems, {
    address: NODE_ADDRESS,
    state: choice(...SUITE_NAMES.map((name) => `active ${name}` as const), 'revoked', 'left'),
    devId: DEV_ID,
  });
const DELIVERY = { requester: NODE_ADDRESS, epoch: u32(), number: u32(), wrap: WRAP } as const;

/** Every message of TIES: codec, sizes, documentation and fuzzing all come from here. */
export const MESSAGES = {
  J1: {
    id: 1,
    direction: 'node→center',
    fact: 'join.requested',
    clear: { devId: DEV_ID, epoch: u32(), share: SHARE },
    body: NONE,
    protection: TAG16('join'),
    source: 'paper Figure 4: the first message under the one-time access key',
  },
  J2: {
    id: 2,
    direction: 'center→node',
    fact: 'join.offered',
    clear: { devId: DEV_ID, epoch: u32(), share: SHARE },
    body: { netId: bytes(8), address: NODE_ADDRESS, rosterVersion: u32() },
    protection: TAG16('join'),
    bound: 'J1',
    source: 'paper Figure 4; the ephemeral share is ours',
  },
  J3: {
    id: 3,
    direction: 'node→center',
    fact: 'key.presented',
    clear: NONE,
    body: { suite: SUITE, storageKey: STORAGE_KEY },
    protection: TAG16('join'),
    source: 'paper Figure 4: RK_N',
  },
  J4: {
    id: 4,
    direction: 'center→node',
    fact: 'membership.granted',
    clear: NONE,
    body: {
      suite: SUITE,
      storageKey: STORAGE_KEY,
      rosterKey: bytes(33),
      idObject: bytes(52),
      seed: bytes(33, 256),
    },
    protection: TAG16('join'),
    bound: 'SHA-256(J1 ‖ J2 ‖ J3)',
    source: 'paper Figure 4: RK_CE; the credential is ours',
  },
  J5: {
    id: 5,
    direction: 'node→center',
    fact: 'membership.confirmed',
    clear: NONE,
    body: NONE,
    protection: TAG16('control'),
    source: 'ours: the first word under the Master Key',
  },
  ack: {
    id: 6,
    direction: 'any',
    fact: 'request.acknowledged',
    clear: { re: u32() },
    body: NONE,
    protection: TAG16('control'),
    source: 'ours',
  },
  refuse: {
    id: 7,
    direction: 'any',
    fact: 'request.refused',
    clear: { re: u32() },
    body: { status: REFUSAL },
    protection: TAG16('control'),
    source: 'ours',
  },
  'peer.query': {
    id: 8,
    direction: 'node→center',
    fact: 'peer.queried',
    clear: NONE,
    body: { peer: bytes(2, 8) },
    protection: TAG16('control'),
    source: 'ours: who has this address, or this DevID; the name that a session key is bound to',
  },
  'peer.info': {
    id: 9,
    direction: 'center→node',
    fact: 'peer.described',
    clear: { re: u32() },
    body: { status: STATUS, address: u16(0, 65_279), name: bytes(0, 32), rosterVersion: u32() },
    protection: TAG16('control'),
    source: 'ours',
  },
  K1: {
    id: 10,
    direction: 'node→center',
    fact: 'translation.requested',
    clear: NONE,
    body: { mode: choice('direct', 'indirect'), peer: NODE_ADDRESS, number: u32(), wrap: WRAP },
    protection: TAG16('control'),
    source: 'paper Figure 5: E(MK_N1, [N2, SK duplicated to RK_CE])',
  },
  'K2.direct': {
    id: 11,
    direction: 'center→node',
    fact: 'key.delivered',
    clear: NONE,
    body: DELIVERY,
    protection: TAG16('control'),
    source: 'paper Figures 3 and 5: E(MK_N2, [N1, SK duplicated to RK_N2])',
  },
  'K2.indirect': {
    id: 12,
    direction: 'center→node',
    fact: 'ticket.issued',
    clear: { re: u32(), ticket: TICKET },
    body: { rosterVersion: u32() },
    protection: TAG16('control'),
    source: 'paper Figure 2, step 2',
  },
  ticket: {
    id: 13,
    direction: 'node→node',
    fact: 'ticket.presented',
    clear: NONE,
    body: DELIVERY,
    protection: TAG16('ticket'),
    source: 'paper Figure 2, step 3: E(MK_N2, SK), forwarded as it is',
  },
  'K3.direct': {
    id: 14,
    direction: 'node→center',
    fact: 'delivery.acknowledged',
    clear: { re: u32() },
    body: NONE,
    protection: TAG16('control'),
    source: 'paper Figure 5: N2 confirms to the CE',
  },
  'K3.indirect': {
    id: 15,
    direction: 'node→node',
    fact: 'delivery.acknowledged',
    clear: { epoch: u32() },
    body: NONE,
    protection: TAG16('ack'),
    bound: 'SHA-256(ticket)',
    source: 'paper Figure 2; the acknowledgement is ours',
  },
  K4: {
    id: 16,
    direction: 'center→node',
    fact: 'translation.acknowledged',
    clear: { re: u32() },
    body: { rosterVersion: u32() },
    protection: TAG16('control'),
    source: 'paper Figure 5: the CE confirms to N1',
  },
  C1: {
    id: 17,
    direction: 'node→node',
    fact: 'challenge.received',
    clear: { epoch: u32() },
    body: { challenge: bytes(8) },
    protection: TAG8('confirm'),
    source: 'paper Figure 5: E(SK, ID)',
  },
  C2: {
    id: 18,
    direction: 'node→node',
    fact: 'challenge.answered',
    clear: { epoch: u32() },
    body: { answer: bytes(8), nonce: bytes(8) },
    protection: TAG8('confirm'),
    bound: 'SHA-256(C1)',
    source: 'paper Figure 5: E(SK, ID+1)',
  },
  'roster.delta': {
    id: 19,
    direction: 'center→all',
    fact: 'roster.changed',
    clear: NONE,
    body: { version: u32(1), entries: ROSTER_ENTRIES(11) },
    protection: SIGNED,
    bound: 'netId, h_v',
    source: 'paper Figure 4: the updated list of authorized devices',
  },
  'roster.page': {
    id: 20,
    direction: 'center→node',
    fact: 'roster.pageReceived',
    clear: NONE,
    body: {
      version: u32(1),
      hash: bytes(16),
      page: u16(),
      entries: ROSTER_ENTRIES(10),
    },
    protection: SIGNED,
    bound: 'netId',
    source: 'ours: ten addresses of the list, for a joiner or one too far behind',
  },
  'roster.get': {
    id: 21,
    direction: 'node→center',
    fact: 'roster.requested',
    clear: NONE,
    body: { version: u32() },
    protection: TAG16('control'),
    source: 'ours',
  },
  R0: {
    id: 22,
    direction: 'center→node',
    fact: 'rejoin.demanded',
    clear: { epoch: u32() },
    body: NONE,
    protection: TAG16('rejoin'),
    source: 'ours',
  },
  R1: {
    id: 23,
    direction: 'node→center',
    fact: 'rejoin.requested',
    clear: { epoch: u32() },
    body: { rosterVersion: u32() },
    protection: TAG16('rejoin'),
    source: 'ours',
  },
  R2: {
    id: 24,
    direction: 'center→node',
    fact: 'rejoin.answered',
    clear: { epoch: u32() },
    body: { standing: STANDING, rosterVersion: u32() },
    protection: TAG16('rejoin'),
    bound: 'SHA-256(R1)',
    source: 'ours',
  },
  leave: {
    id: 25,
    direction: 'node→center',
    fact: 'leave.announced',
    clear: NONE,
    body: NONE,
    protection: TAG16('control'),
    source: 'ours',
  },
  revoke: {
    id: 26,
    direction: 'center→node',
    fact: 'membership.revoked',
    clear: NONE,
    body: NONE,
    protection: TAG16('control'),
    source: 'ours',
  },
  data: {
    id: 27,
    direction: 'any',
    fact: 'data.received',
    clear: NONE,
    body: 'raw',
    protection: TAG8('data'),
    source: 'paper: encrypted exchange under the session key',
  },
  'R0.all': {
    id: 28,
    direction: 'center→all',
    fact: 'rejoin.called',
    clear: NONE,
    body: { epoch: u32(1), spreadMs: u32() },
    protection: SIGNED,
    bound: 'netId',
    source: 'ours',
  },
} as const satisfies Record<string, MessageSpec>;

export type MessageName = keyof typeof MESSAGES;
type Spec<N extends MessageName> = (typeof MESSAGES)[N];
export type ClearOf<N extends MessageName> = Values<Spec<N>['clear']>;
export type BodyOf<N extends MessageName> = Spec<N>['body'] extends Fields
  ? Values<Spec<N>['body']>
  : { readonly payload: Uint8Array };

export const MESSAGE_NAMES = Object.keys(MESSAGES) as MessageName[];
const BY_ID = new Map(MESSAGE_NAMES.map((name) => [MESSAGES[name].id as number, name]));

export const messageById = (id: number): MessageName | null => BY_ID.get(id) ?? null;
export const specOf = (name: MessageName): MessageSpec => MESSAGES[name];

/**
 * Lengths a ticket can have: header, tag and a `DELIVERY` body whose integers msgpack writes in
 * their shortest form, for both lengths of a wrap.
 */
function ticketLengths(): number[] {
  const lengths: number[] = [];
  for (const wrap of [2 + 205, 3 + 428])
    for (let integers = 3; integers <= 3 + 5 + 5; integers += 1)
      lengths.push(6 + 1 + integers + wrap + 16);
  return lengths;
}
