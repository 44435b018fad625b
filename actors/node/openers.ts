import { CENTER } from '../../protocol/identity.ts';
import type { ClearOf, MessageName } from '../../protocol/messages.ts';
import type { Packet } from '../../protocol/packet.ts';
import { associationKeyId, rejoinPair, underMasterKey } from '../association.ts';
import { atMostEvery } from '../at-most-every.ts';
import type { Candidate, Opener } from '../router.ts';
import type { NodeHost } from './host.ts';
import type { NodeJoin } from './join.ts';
import type { NodeRejoin } from './rejoin.ts';
import type { SessionRuns } from './session-runs.ts';
import { sessionRoot, slotKeyId, underSessionKey } from './sessions.ts';

/** Protocol runs whose messages only they can open. */
export interface Runs {
  readonly join: NodeJoin;
  readonly rejoin: NodeRejoin;
  readonly sessions: SessionRuns;
}

/** A key not at hand is derived for a source at most this often: garbage must not work the TPM. */
const DERIVE_MS = 10_000;
/** What a member takes before it knows the epochs: what leads there, and the signed list. */
const BEFORE_REJOIN: readonly MessageName[] = ['R0', 'R0.all', 'R2', 'roster.delta', 'roster.page'];

/** What peers say, and what is for one. */
const OF_PEERS: readonly MessageName[] = ['C1', 'C2', 'data', 'ticket', 'K3.indirect', 'K2.direct'];

/** How a node opens what it hears. */
export const nodeOpeners = (
  host: NodeHost,
  runs: Runs,
): Readonly<Partial<Record<MessageName, Opener>>> => {
  const mayDerive = atMostEvery(host.station.clock, DERIVE_MS);

  const underMaster =
    (purpose: 'control' | 'ticket', from: 'center' | 'anyone'): Opener =>
    async (packet, heard) => {
      const { association } = host;
      if (from === 'center' && heard.src !== CENTER) return 'unknown-source';
      if (packet.kid !== associationKeyId(association)) return 'unknown-source';
      const derivation = underMasterKey(association, purpose, 'center→node');
      if (!host.station.keys.has(association.root, [derivation]) && !mayDerive(`MK ${purpose}`))
        return 'rate';
      const [key] = await host.station.keys.get(association.root, [derivation]);
      const place = { src: CENTER, dst: host.address, epoch: association.centerEpoch };
      // Whoever overhears a ticket can present it first: that it is used up is for its own floor.
      const window = purpose === 'ticket' ? {} : { window: key.window(packet.name) };
      return [{ secret: key.secret, place, ...window }];
    };

  /** One of the same epoch again does nothing: what it demands is done, or under way. */
  const openDemand: Opener = async (packet, heard) => {
    const { epoch } = packet.clear as ClearOf<'R0'>;
    if (heard.src !== CENTER) return 'unknown-source';
    if (epoch <= host.centerEpochFloor) return 'stale-epoch';
    const { bond } = host.member;
    const pair = rejoinPair(bond);
    if (!host.station.keys.has(bond.root, pair) && !mayDerive('R0')) return 'rate';
    const [, key] = await host.station.keys.get(bond.root, pair);
    return [{ secret: key.secret, place: { src: CENTER, dst: host.address, epoch } }];
  };

  const openChallenge: Opener = async (packet, heard) => {
    const { epoch } = packet.clear as ClearOf<'C1'>;
    const { netId } = host.member.membership;
    const between = { netId, src: heard.src, dst: host.address };
    const candidates: Candidate[] = [];
    for (const slot of host.sessions.held(heard.src)) {
      if (slotKeyId(slot) !== packet.kid) continue;
      if (!host.sessions.isFreshChallenge(slot, epoch, packet.counter)) return 'replay';
      const root = sessionRoot(slot);
      const derivations = [
        underSessionKey(slot, 'confirm', between),
        underSessionKey(slot, 'confirm', { netId, src: host.address, dst: heard.src }),
      ] as const;
      if (!host.station.keys.has(root, derivations) && !mayDerive(root.id)) return 'rate';
      const [key] = await host.station.keys.get(root, derivations);
      const place = { src: heard.src, dst: host.address, epoch };
      candidates.push({ secret: key.secret, place, note: slot });
    }
    return candidates;
  };

  /** By the list, or, where it says nothing, by the keys that are held. */
  const isPeer = (node: number): boolean => {
    const objection = host.objectionTo(node);
    return objection === null || (objection === 'unknown' && host.sessions.held(node).length > 0);
  };

  const openData: Opener = (packet: Packet, heard) => {
    const named = host.sessions.traffic(heard.src).filter(({ kid }) => kid === packet.kid);
    if (named.length === 0) return isPeer(heard.src) ? 'unknown-key' : 'unknown-source';
    return named.map((traffic) => ({
      secret: traffic.receive.secret,
      place: { src: heard.src, dst: host.address, epoch: traffic.peerEpoch },
      window: traffic.receive.window('data'),
      note: traffic,
      failed: () => {
        traffic.failedTags += 1;
      },
    }));
  };

  const fromRun =
    (find: (peer: number) => Opener | undefined): Opener =>
    (packet, heard) =>
      find(heard.src)?.(packet, heard) ?? 'unknown-source';

  const fromCenter = underMaster('control', 'center');
  const members: Partial<Record<MessageName, Opener>> = {
    ack: fromCenter,
    refuse: fromCenter,
    revoke: fromCenter,
    'peer.info': fromCenter,
    'K2.direct': fromCenter,
    'K2.indirect': fromCenter,
    K4: fromCenter,
    ticket: underMaster('ticket', 'anyone'),
    'K3.indirect': fromRun((peer) => runs.sessions.requests.get(peer)?.openAcknowledgement),
    C1: openChallenge,
    C2: fromRun((peer) => runs.sessions.challenges.get(peer)?.openAnswer),
    data: openData,
    R0: openDemand,
    'R0.all': () => [],
    R2: (packet, heard) => runs.rejoin.openAnswer(packet, heard),
    'roster.delta': () => [],
    'roster.page': () => [],
  };
  return {
    J2: (packet, heard) => runs.join.openOffer(packet, heard),
    J4: (packet, heard) => runs.join.openGrant(packet, heard),
    ...Object.fromEntries(
      Object.entries(members).map(([name, opener]) => [
        name,
        forMembers(host, name as MessageName, opener),
      ]),
    ),
  };
};

/** Before the join there is nobody to be told anything by; afterwards only this network. */
const forMembers =
  (host: NodeHost, name: MessageName, opener: Opener): Opener =>
  (packet, heard) => {
    if (!host.isMember) return 'unknown-source';
    if (heard.net !== host.member.membership.netId[0]) return 'other-network';
    if (!host.hasRejoined && !BEFORE_REJOIN.includes(name)) return 'rejoining';
    if (host.centerIsSilent && OF_PEERS.includes(name)) return 'center-silent';
    return opener(packet, heard);
  };
