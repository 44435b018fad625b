import { ECDH, generateKeyPairSync, sign } from 'node:crypto';
import type { Signed } from '../../machines/roster/signed.ts';
import { encodeBody } from '../../protocol/body.ts';
import type { BodyOf } from '../../protocol/messages.ts';
import {
  applyDelta,
  callPreimage,
  chainHash,
  deltaPreimage,
  EMPTY_ROSTER,
  pageOf,
  pagePreimage,
  type Roster,
  type RosterEntry,
} from '../../protocol/roster.ts';
import { received } from './messages.ts';

export const entry = (
  address: number,
  state: RosterEntry['state'] = 'active p256',
): RosterEntry => ({ address, state, devId: new Uint8Array(8).fill(address) });

/** A Central Entity with a real roster key, kept outside a TPM. */
export class SigningCenter {
  readonly netId = Uint8Array.of(7, 1, 2, 3, 4, 5, 6, 7);
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  readonly rosterKey: Uint8Array;

  constructor() {
    const { x, y } = this.#key.publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([
      Buffer.of(4),
      Buffer.from(x as string, 'base64url'),
      Buffer.from(y as string, 'base64url'),
    ]);
    this.rosterKey = ECDH.convertKey(
      point,
      'prime256v1',
      undefined,
      undefined,
      'compressed',
    ) as Buffer;
  }

  /** The broadcast that follows `roster`. */
  delta(roster: Roster, entries: readonly RosterEntry[]): Signed<'roster.delta'> {
    const body = { version: roster.version + 1, entries };
    const signed = encodeBody('roster.delta', body);
    const hash = chainHash(roster.hash, body.version, signed);
    const signature = this.#sign(deltaPreimage(this.netId, hash, signed));
    return { ...received('roster.delta', { body }), signed, signature };
  }

  /** One page of a list that is known whole. */
  page(
    { version, hash, entries }: Roster,
    page: number,
    more: Partial<BodyOf<'roster.page'>> = {},
  ): Signed<'roster.page'> {
    const on = entries.filter(({ address }) => pageOf(address) === page) as RosterEntry[];
    const body = { version, hash, page, entries: on, ...more };
    const signed = encodeBody('roster.page', body);
    const signature = this.#sign(pagePreimage(this.netId, signed));
    return { ...received('roster.page', { body }), signed, signature };
  }

  /** To all, after it has started again. */
  call(epoch: number): Signed<'R0.all'> {
    const body = { epoch, spreadMs: 0 };
    const signed = encodeBody('R0.all', body);
    const signature = this.#sign(callPreimage(this.netId, signed));
    return { ...received('R0.all', { body }), signed, signature };
  }

  /** Versions 1, 2, 3 … of a list that grows by one device each, with the broadcast of each. */
  history(length: number): { readonly roster: Roster; readonly delta: Signed<'roster.delta'> }[] {
    let roster = EMPTY_ROSTER;
    return Array.from({ length }, (_, i) => {
      const delta = this.delta(roster, [entry(i + 2)]);
      const hash = chainHash(roster.hash, delta.body.version, delta.signed);
      roster = applyDelta(roster, delta.body.entries, hash);
      return { roster, delta };
    });
  }

  #sign(preimage: Uint8Array): Uint8Array {
    const key = { key: this.#key.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return sign('sha256', preimage, key);
  }
}
