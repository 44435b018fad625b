import {
  callPreimage,
  chainHash,
  deltaPreimage,
  pagePreimage,
  type Roster,
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

/** h_v, if the delta follows `roster`. */
export const nextHash = (roster: Roster, delta: Signed<'roster.delta'>): Uint8Array =>
  chainHash(roster.hash, delta.body.version, delta.signed);

/** Whether the delta is the next version and the Central Entity signed it on top of this one. */
export const extendsRoster = (
  authority: Authority,
  roster: Roster,
  delta: Signed<'roster.delta'>,
): boolean =>
  delta.body.version === roster.version + 1 &&
  verifySignature(
    authority.rosterKey,
    deltaPreimage(authority.netId, nextHash(roster, delta), delta.signed),
    delta.signature,
  );

/** Whether the Central Entity signed this page of the list. */
export const isSignedPage = (authority: Authority, page: Signed<'roster.page'>): boolean =>
  verifySignature(authority.rosterKey, pagePreimage(authority.netId, page.signed), page.signature);

/** Whether the Central Entity signed this call. */
export const isSignedCall = (authority: Authority, call: Signed<'R0.all'>): boolean =>
  verifySignature(authority.rosterKey, callPreimage(authority.netId, call.signed), call.signature);
