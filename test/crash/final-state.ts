import {
  CenterRecords,
  type LabelRecord,
  type MemberRecord,
  type NetworkRecord,
} from '../../actors/center/records.ts';
import type { Slot, Slots } from '../../actors/node/sessions.ts';
import { toHex } from '../../protocol/bytes.ts';
import { decodeMembership } from '../../protocol/identity.ts';
import type { KnownDevice, Roster } from '../../protocol/roster.ts';
import { transactionText } from '../../protocol/transaction.ts';
import { CENTER_NAME, type World } from '../../simulations/world.ts';

/**
 * How a network stands on its disks and in its TPMs, without what a cut may change: epochs,
 * transactions, how often a key was confirmed. It is switched off for it.
 */
export const finalState = async (world: World) => {
  const center = world.store(CENTER_NAME);
  const records = new CenterRecords(center);
  const { nextAddress } = center.get<NetworkRecord>('network') as NetworkRecord;
  const { nodeNames } = world;
  const states = nodeNames.map((name) => [name, stateOf(world, name)]);
  const haveOneKey = shareKey(world, nodeNames);
  const devices: Record<string, Kept> = {};
  for (const name of [CENTER_NAME, ...nodeNames]) devices[name] = await keptBy(world, name);
  const deviceOf = (devId: Uint8Array): string | undefined =>
    nodeNames.find((name) => toHex(world.label(name).devId) === toHex(devId));
  return {
    roster: center.get('roster') && [
      records.roster.version,
      records.listedEntries.map(({ address, state }) => [address, state]),
    ],
    nextAddress,
    labels: center
      .entries<LabelRecord>('label/')
      .map(([, { devId, address, sealed, offers }]) => ({
        ...{ address, device: deviceOf(devId) },
        ...{ isSpent: sealed === null, offers: offers.length },
      }))
      .toSorted((a, b) => a.address - b.address),
    members: center
      .entries<MemberRecord>('member/')
      .map(([, { devId, address, standing }]) => ({ device: deviceOf(devId), address, standing })),
    states,
    haveOneKey,
    devices,
  };
};
export type FinalState = Awaited<ReturnType<typeof finalState>>;

/** What one device keeps. */
interface Kept {
  readonly address: number | null;
  readonly hasAccessKey: boolean;
  /** Its TPM and its store are of one generation. */
  readonly isFloorRaised: boolean;
  readonly hasCenterList: boolean;
  readonly stored: readonly string[];
}

const keptBy = async (world: World, name: string): Promise<Kept> => {
  await world.powerOff(name);
  const { hasAccessKey, identity, rosterFloor } = await world.tpm(name).perform('boot', {});
  const [store, center] = [world.store(name), world.store(CENTER_NAME)];
  const kinds = store.entries('').map(([key]) => key.replace(/\/.*/, ''));
  const generation =
    store.get<NetworkRecord>('network')?.generation ??
    store.get<{ floor: number }>('roster')?.floor;
  return {
    address: identity && decodeMembership(identity).address,
    hasAccessKey,
    isFloorRaised: rosterFloor === generation,
    hasCenterList:
      name === CENTER_NAME || isTheirs(store.get<Roster>('roster'), new CenterRecords(center)),
    stored: [...new Set(kinds.filter((kind) => kind !== 'challenge'))].toSorted(),
  };
};

/** Whether a node has the list as the center published it; of so few devices it knows them all. */
const isTheirs = (held: Roster | undefined, { roster, listedEntries }: CenterRecords): boolean => {
  const text = (entries: readonly KnownDevice[]): string =>
    JSON.stringify(entries.toSorted((a, b) => a.address - b.address));
  return held?.version === roster.version && text(held.entries) === text(listedEntries);
};

/**
 * Whether each of two nodes holds the key that the other has in use; null where neither has any.
 * They may differ in which is the current one until the next confirm, where the answer to the last
 * was lost.
 */
const shareKey = (world: World, names: readonly string[]): boolean | null => {
  const held = names.flatMap((name) =>
    world
      .store(name)
      .entries<Slots>('session/')
      .map(([, slots]) => slots)
      .filter(({ current }) => current !== undefined),
  );
  if (held.length === 0) return null;
  const [one, other] = held as [Slots, Slots | undefined];
  return (
    held.length === 2 && holdsCurrent(one, other as Slots) && holdsCurrent(other as Slots, one)
  );
};

const holdsCurrent = (slots: Slots, { current }: Slots): boolean =>
  Object.values(slots as Readonly<Record<string, Slot>>).some(
    ({ transaction }) =>
      transactionText(transaction) === transactionText((current as Slot).transaction),
  );

/** A device that was dismissed and is switched on again says so in another way. */
const stateOf = (world: World, name: string): unknown => {
  const { value, context } = world.node(name).actor.getSnapshot();
  return ['NODE_LEFT', 'NODE_REVOKED'].includes(context.reason ?? '') ? 'dismissed' : value;
};
