import { CENTER } from '../../protocol/identity.ts';
import type { Derivation } from '../../protocol/key-schedule.ts';
import type { ClearOf, MessageName } from '../../protocol/messages.ts';
import { isLater } from '../../protocol/transaction.ts';
import {
  type Association,
  associationKeyId,
  controlPair,
  readingKey,
  rejoinPair,
} from '../association.ts';
import { atMostEvery } from '../at-most-every.ts';
import type { Candidate, Opener } from '../router.ts';
import type { CenterHost } from './host.ts';
import type { CenterJoin, Decision } from './join.ts';

/** A key not at hand is derived for a source at most this often: garbage must not work the TPM. */
const DERIVE_MS = 10_000;

/** How the Central Entity opens what it hears. */
export const centerOpeners = (
  host: CenterHost,
  joins: ReadonlyMap<string, CenterJoin>,
): Readonly<Partial<Record<MessageName, Opener>>> => {
  const mayDerive = atMostEvery(host.station.clock, DERIVE_MS);

  /** Only under an admitted label, and never an attempt as old as one that was seen. */
  const openRequest: Opener = (packet, heard) => {
    const { devId, epoch } = packet.clear as ClearOf<'J1'>;
    const label = host.records.label(devId);
    if (label === undefined) return 'unknown-source';
    const attempt = { epoch, number: packet.counter };
    if (label.floor !== null && !isLater(attempt, label.floor)) return 'replay';
    return [{ secret: label.firstKey, place: { src: heard.src, dst: CENTER, epoch }, note: label }];
  };

  const openKey: Opener = async (packet, heard) => {
    const candidates: Candidate[] = [];
    for (const join of joins.values()) {
      if (join.src !== heard.src) continue;
      const found = await join.openKey(packet, heard);
      if (typeof found !== 'string')
        candidates.push(...found.map((candidate) => ({ ...candidate, note: join })));
    }
    return candidates;
  };

  /** The first word under an offer decides for it; later ones are under the member's key. */
  const openConfirmation: Opener = async (packet, heard) => {
    const label = host.records.labelOf(heard.src);
    if (label === undefined) return 'unknown-source';
    const offers = host.records.offersTo(heard.src);
    const candidates: Candidate[] = [];
    for (const offer of offers.filter((of) => !host.isStale(of))) {
      const association = host.records.association(heard.src, offer);
      if (associationKeyId(association) !== packet.kid) continue;
      const pair = controlPair(association);
      if (!host.station.keys.has(association.root, pair) && !mayDerive(`J5 ${heard.src}`))
        return 'rate';
      const [key] = await host.station.keys.get(association.root, pair);
      candidates.push({
        secret: key.secret,
        place: { src: heard.src, dst: CENTER, epoch: association.nodeEpoch },
        window: key.window('J5'),
        note: { label, offer } satisfies Decision,
      });
    }
    return candidates.length === 0 && offers.some((of) => host.isStale(of))
      ? 'stale-epoch'
      : candidates;
  };

  /** The first of the keys that are derived together is that of the message. */
  const underMaster =
    (keysOf: (association: Association) => readonly [Derivation, ...Derivation[]]): Opener =>
    async (packet, heard) => {
      const association = host.associationOf(heard.src);
      if (association === null)
        return host.records.member(heard.src) === undefined ? 'unknown-source' : 'stale-epoch';
      if (packet.kid !== associationKeyId(association)) return 'unknown-source';
      const keys = keysOf(association);
      const [{ purpose }] = keys;
      if (!host.station.keys.has(association.root, keys) && !mayDerive(`${purpose} ${heard.src}`))
        return 'rate';
      const [key] = await host.station.keys.get(association.root, keys);
      const place = { src: heard.src, dst: CENTER, epoch: association.nodeEpoch };
      return [{ secret: key.secret, place, window: key.window(packet.name) }];
    };
  const openControl = underMaster(controlPair);

  /** Later than any R1 of this member; before its J5 the node may hold the key of any offer. */
  const openRejoin: Opener = async (packet, heard) => {
    const label = host.records.labelOf(heard.src);
    if (label === undefined) return 'unknown-source';
    const { epoch } = packet.clear as ClearOf<'R1'>;
    const floor = host.records.member(heard.src)?.rejoinFloor ?? null;
    if (floor !== null && !isLater({ epoch, number: packet.counter }, floor)) return 'replay';
    const offers = host.records
      .offersTo(heard.src)
      .map((offer) => ({ offer, bond: host.records.bond(heard.src, offer) }));
    const areHere = offers.every(({ bond }) => host.station.keys.has(bond.root, rejoinPair(bond)));
    if (!areHere && !mayDerive(`R1 ${heard.src}`)) return 'rate';
    const candidates: Candidate[] = [];
    for (const { offer, bond } of offers) {
      const [key] = await host.station.keys.get(bond.root, rejoinPair(bond));
      const place = { src: heard.src, dst: CENTER, epoch };
      candidates.push({ secret: key.secret, place, note: { label, offer } satisfies Decision });
    }
    return candidates;
  };

  const ours =
    (opener: Opener): Opener =>
    (packet, heard) =>
      heard.net === host.net ? opener(packet, heard) : 'other-network';

  return {
    J1: openRequest,
    J3: openKey,
    J5: ours(openConfirmation),
    ack: ours(openControl),
    refuse: ours(openControl),
    leave: ours(openControl),
    'peer.query': ours(openControl),
    K1: ours(openControl),
    'K3.direct': ours(openControl),
    'roster.get': ours(openControl),
    data: ours(underMaster((association) => [readingKey(association)])),
    R1: ours(openRejoin),
  };
};
