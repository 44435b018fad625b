import { equalBytes } from '../../protocol/bytes.ts';
import {
  callPreimage,
  chainHash,
  deltaPreimage,
  pagePreimage,
  type RosterHead,
  verifySignature,
} from '../../protocol/roster.ts';
import type { Received } from '../received.ts';

/** A signed message whose form is right; whether the Central Entity signed it is yet to be seen. */
export type Signed<N extends 'roster.delta' | 'roster.page' | 'R0.all'> = Received<N> & {
  /** The body as it travelled, and r ‖ s over it. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
};

/** Whose word a node takes on the roster. */
export interface Authority {
  readonly netId: Uint8Array;
  /** ECDSA P-256, compressed. */
  readonly rosterKey: Uint8Array;
}

/** A delta on top of a list: what the list comes to, and whether the Central Entity signed that. */
interface Step {
  readonly signed: Uint8Array;
  readonly before: Uint8Array;
  readonly netId: Uint8Array;
  readonly rosterKey: Uint8Array;
  readonly hash: Uint8Array;
  readonly isSigned: boolean;
}

/** By their signatures, those very bytes, as long as somebody has them: a chart asks often. */
const steps = new WeakMap<Uint8Array, Step>();

const stepOf = (
  { netId, rosterKey }: Authority,
  { hash: before }: RosterHead,
  { body, signed, signature }: Signed<'roster.delta'>,
): Step => {
  const known = steps.get(signature);
  if (
    known?.signed === signed &&
    equalBytes(known.before, before) &&
    equalBytes(known.netId, netId) &&
    equalBytes(known.rosterKey, rosterKey)
  )
    return known;
  const hash = chainHash(before, body.version, signed);
  const isSigned = verifySignature(rosterKey, deltaPreimage(netId, hash, signed), signature);
  const step = { signed, before, netId, rosterKey, hash, isSigned };
  steps.set(signature, step);
  return step;
};

/** h_v, if the delta follows `roster`. */
export const nextHash = (
  authority: Authority,
  roster: RosterHead,
  delta: Signed<'roster.delta'>,
): Uint8Array => stepOf(authority, roster, delta).hash;

/** Whether the delta is the next version and the Central Entity signed it on top of this one. */
export const extendsRoster = (
  authority: Authority,
  roster: RosterHead,
  delta: Signed<'roster.delta'>,
): boolean =>
  delta.body.version === roster.version + 1 && stepOf(authority, roster, delta).isSigned;

/** Whether the Central Entity signed this page. */
export const isSignedPage = (authority: Authority, page: Signed<'roster.page'>): boolean =>
  verifySignature(authority.rosterKey, pagePreimage(authority.netId, page.signed), page.signature);

/** Whether the Central Entity signed this call. */
export const isSignedCall = (authority: Authority, call: Signed<'R0.all'>): boolean =>
  verifySignature(authority.rosterKey, callPreimage(authority.netId, call.signed), call.signature);
