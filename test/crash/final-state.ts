import type { LabelRecord, MemberRecord, NetworkRecord } from '../../actors/center/records.ts';
import type { Slots } from '../../actors/node/sessions.ts';
import { toHex } from '../../protocol/bytes.ts';
import { decodeMembership } from '../../protocol/identity.ts';
import type { Roster } from '../../protocol/roster.ts';
import { transactionText } from '../../protocol/transaction.ts';
import { CENTER_NAME, type World } from '../../simulations/world.ts';

/** Kinds of what is stored, without what may be there or not: how often a key was confirmed. */
const kindsOf = (world: World, name: string): readonly string[] => {
  const keys = world
    .store(name)
    .entries('')
    .map(([key]) => key.replace(/\/.*/, ''));
  return [...new Set(keys.filter((key) => key !== 'challenge'))].toSorted();
};

/** Whether two nodes have the same key in use; null where neither has any. */
const share = (world: World, [a, b]: readonly [string, string]): boolean | null => {
  const currentOf = (name: string, peer: string): string | null => {
    const slots = world.store(name).get<Slots>(`session/${world.address(peer)}`);
    return slots?.current === undefined ? null : transactionText(slots.current.transaction);
  };
  const [ours, theirs] = [currentOf(a, b), currentOf(b, a)];
  return ours === null && theirs === null ? null : ours === theirs;
};

const textOf = (roster: Roster | undefined): string =>
  roster === undefined
    ? 'none'
    : `${roster.version} ${toHex(roster.hash)}: ${roster.entries.map(({ address, state }) => `${address} ${state}`)}`;

/** A device that was dismissed and is switched on again says so in another way. */
const standing = (world: World, name: string): unknown => {
  const { value, context } = world.node(name).actor.getSnapshot();
  return ['NODE_LEFT', 'NODE_REVOKED'].includes(context.reason ?? '') ? 'dismissed' : value;
};

/** How a network stands on its disks and in its TPMs, without what a cut may change: epochs and transactions. */
export const finalState = async (world: World) => {
  const center = world.store(CENTER_NAME);
  const network = center.get<NetworkRecord>('network') as NetworkRecord;
  const names = [...world.nodeNames];
  const states = names.map((name) => [name, standing(world, name)]);
  const haveOneKey = names.every((name) => world.hasJoined(name))
    ? share(world, names as [string, string])
    : null;
  const tpms: object[] = [];
  for (const name of [CENTER_NAME, ...names]) {
    await world.powerOff(name);
    const { hasAccessKey, identity, rosterFloor } = await world.tpm(name).perform('boot', {});
    const address = identity && decodeMembership(identity).address;
    const kept =
      name === CENTER_NAME ? network.generation : world.store(name).get<Roster>('roster')?.version;
    tpms.push({ name, hasAccessKey, address, isFloorRaised: rosterFloor === kept });
  }
  const rosters = Object.fromEntries(
    [CENTER_NAME, ...names].map((name) => [name, textOf(world.store(name).get('roster'))]),
  );
  return {
    rosters,
    nextAddress: network.nextAddress,
    labels: center.entries<LabelRecord>('label/').map(([key, { sealed, offers, address }]) => ({
      key,
      address,
      isSpent: sealed === null,
      offers: offers.length,
    })),
    members: center
      .entries<MemberRecord>('member/')
      .map(([key, { standing, devId }]) => ({ key, standing, devId: toHex(devId) })),
    kinds: [CENTER_NAME, ...names].map((name) => [name, kindsOf(world, name)]),
    states,
    haveOneKey,
    tpms,
  };
};
export type FinalState = Awaited<ReturnType<typeof finalState>>;
