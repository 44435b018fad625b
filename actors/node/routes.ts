import {
  extendsRoster,
  isSignedCall,
  isSignedPage,
  type Signed,
} from '../../machines/roster/signed.ts';
import { CENTER } from '../../protocol/identity.ts';
import type { BodyOf, ClearOf } from '../../protocol/messages.ts';
import type { Opened } from '../router.ts';
import type { Beginning, Route, Routes } from '../routes.ts';
import { AnswerRun, initiatorId, responderId } from './confirm.ts';
import type { NodeHost } from './host.ts';
import { KeyReceipt, receiverId } from './key-receipt.ts';
import { requesterId } from './key-request.ts';
import { hostedRevoked, REVOKED } from './leave.ts';
import { REJOIN } from './rejoin.ts';
import type { Slot, Traffic } from './sessions.ts';

/** Where what a node has opened goes. */
export const nodeRoutes = (
  host: NodeHost,
  runs: {
    readonly isChallenging: (peer: number) => boolean;
    readonly beginRejoin: (spreadMs: number) => Beginning;
  },
): Routes => {
  const { isChallenging, beginRejoin } = runs;
  const awaited = ({ event }: Opened): Route | string => {
    const actor = host.station.expecting(event.from, (event.clear as { re: number }).re);
    if (actor === null) return 'unrequested';
    if (event.from === CENTER) host.hearCenter();
    return { to: actor };
  };

  const delivery = (opened: Opened): Route | string => {
    const receipt = new KeyReceipt(host, opened);
    if (receipt.fault !== null) return receipt.fault;
    const { requester, epoch, number } = opened.event.body as BodyOf<'ticket'>;
    host.sessions.beginDelivery({ requester, epoch, number });
    return {
      to: receiverId(requester),
      begin: () => ({ logic: receipt.hosted(), input: receipt.input }),
      replaces: true,
    };
  };

  /** Of two challenges that cross, the lower address's stands; the higher drops its own. */
  const challenge = (opened: Opened): Route | string => {
    const peer = opened.event.from;
    // Of whom this node knows nothing it asks before it answers.
    if (host.objectionTo(peer) === 'revoked') return 'unauthorized';
    if (isChallenging(peer) && host.address < peer) return { to: initiatorId(peer) };
    const { epoch } = opened.event.clear as ClearOf<'C1'>;
    host.sessions.beginChallenge(opened.note as Slot, epoch, opened.request.counter);
    return {
      to: responderId(peer),
      begin: () => ({ logic: new AnswerRun(host, opened).hosted() }),
      replaces: true,
      tells: initiatorId(peer),
    };
  };

  /** The first frame under new keys proves their confirm; readings go to the node itself. */
  const data = ({ event, note }: Opened): Route | null => {
    const traffic = note as Traffic;
    // Its keys go where the Central Entity says that it is no member any more.
    if (host.objectionTo(event.from) === 'unknown') void host.inquiries.ask(event.from);
    if (traffic.proven) return null;
    host.sessions.prove(event.from, traffic);
    return { tells: responderId(event.from) };
  };

  /**
   * What changes the roster is for its machine; what cannot is named here: the version that is held,
   * which the Central Entity repeats, and older ones. A version further on cannot be checked yet:
   * the machine asks for those between.
   */
  const broadcast = (opened: Opened): Route | string => {
    const signed = opened.event as unknown as Signed<'roster.delta'> | Signed<'roster.page'>;
    const { roster, member } = host;
    if (signed.body.version === roster.version) return 'held';
    if (signed.body.version < roster.version) return 'stale';
    const isTheirs =
      signed.type === 'roster.pageReceived'
        ? isSignedPage(member.membership, signed)
        : signed.body.version > roster.version + 1 ||
          extendsRoster(member.membership, roster, signed);
    return isTheirs ? { to: 'roster' } : 'forged';
  };

  /** One of the same epoch again does nothing: what it calls for is done, or under way. */
  const call = (opened: Opened): Route | string => {
    const signed = opened.event as unknown as Signed<'R0.all'>;
    const { epoch, spreadMs } = signed.body;
    if (epoch <= host.centerEpochFloor) return 'stale-epoch';
    if (!isSignedCall(host.member.membership, signed)) return 'forged';
    return { to: REJOIN, begin: () => beginRejoin(spreadMs) };
  };

  return {
    J2: () => ({ to: 'join' }),
    J4: () => ({ to: 'join' }),
    ack: awaited,
    refuse: awaited,
    'peer.info': awaited,
    'K2.indirect': awaited,
    K4: awaited,
    'K2.direct': delivery,
    ticket: delivery,
    'K3.indirect': ({ event }) => ({ to: requesterId(event.from) }),
    C1: challenge,
    C2: ({ event }) => ({ to: initiatorId(event.from) }),
    data,
    /** It also tells a node that still says J5: its Central Entity has restarted, and knows it. */
    R0: () => ({ to: REJOIN, begin: () => beginRejoin(0), tells: 'join' }),
    'R0.all': call,
    R2: () => ({ to: REJOIN }),
    revoke: (opened) => ({
      to: REVOKED,
      begin: () => ({ logic: hostedRevoked(host, opened) }),
    }),
    'roster.delta': broadcast,
    'roster.page': broadcast,
  };
};
