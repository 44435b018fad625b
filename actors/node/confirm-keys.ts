import { type Derivation, keyId } from '../../protocol/key-schedule.ts';
import type { Sealed } from '../station.ts';
import type { NodeHost } from './host.ts';
import { dataContext, type Slot, sessionRoot, type Traffic, underSessionKey } from './sessions.ts';

const confirmPair = (host: NodeHost, peer: number, slot: Slot) => {
  const { netId } = host.member.membership;
  return [
    underSessionKey(slot, 'confirm', { netId, src: host.address, dst: peer }),
    underSessionKey(slot, 'confirm', { netId, src: peer, dst: host.address }),
  ] as const;
};

/** The keys of C1 and C2 under one session key, as this node sends and receives them. */
export const confirmKeys = async (host: NodeHost, peer: number, slot: Slot) => {
  const pair = confirmPair(host, peer, slot);
  const [send, receive] = await host.station.keys.get(sessionRoot(slot), pair);
  return { send, receive };
};

/**
 * Derive what a confirm will need, and `others`, while this node waits for its peers and its TPM
 * is idle. If the TPM refuses, whoever needs a key asks for it again.
 */
export const deriveAhead = (
  host: NodeHost,
  peer: number,
  slot: Slot,
  others: readonly Derivation[] = [],
): void => {
  const wanted = [...others, ...confirmPair(host, peer, slot)];
  host.station.keys.get(sessionRoot(slot), wanted).catch(() => undefined);
};

/** What both ends agreed on in C1 and C2, from this node's side. */
export interface Agreement {
  readonly slot: Slot;
  readonly peer: number;
  readonly peerEpoch: number;
  readonly challenge: Uint8Array;
  readonly nonce: Uint8Array;
}

/** Data keys of a confirm, one a direction. */
export const makeTraffic = async (
  host: NodeHost,
  { slot, peer, peerEpoch, challenge, nonce }: Agreement,
  proven: boolean,
): Promise<Traffic> => {
  const { station, address } = host;
  const { netId } = host.member.membership;
  const context = dataContext(slot, challenge, nonce);
  const both = { purpose: 'data', netId, context } as const;
  const [send, receive] = await station.keys.take(sessionRoot(slot), [
    { ...both, src: address, dst: peer, srcEpoch: station.epoch, dstEpoch: peerEpoch },
    { ...both, src: peer, dst: address, srcEpoch: peerEpoch, dstEpoch: station.epoch },
  ]);
  return {
    kid: keyId(context),
    transaction: slot.transaction,
    send,
    receive,
    peerEpoch,
    sinceMs: station.clock.now(),
    proven,
    framesSent: 0,
    failedTags: 0,
  };
};

/** A data frame under the given keys. Its counter is theirs: only 16 bits of it travel. */
export const sealData = (
  host: NodeHost,
  peer: number,
  traffic: Traffic,
  payload: Uint8Array,
): Sealed => {
  traffic.framesSent += 1;
  const net = host.member.membership.netId[0] as number;
  const route = { kid: traffic.kid, src: host.address, dst: peer };
  return host.station.seal<'data'>(traffic.send.secret, net, {
    name: 'data',
    ...route,
    counter: traffic.framesSent,
    clear: {},
    body: { payload },
  });
};
