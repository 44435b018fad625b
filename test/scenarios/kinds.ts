import { expect } from 'vitest';
import type { MemberRecord } from '../../actors/center/records.ts';
import type { Role } from '../../config/role.ts';
import { decodeMembership } from '../../protocol/identity.ts';
import type { Roster } from '../../protocol/roster.ts';
import { type SuiteName, suiteOf } from '../../protocol/suite.ts';
import type { Network } from './network.ts';

/** Each end holds the other's key as what it is, and the list says so. */
export const expectKinds = async (
  { world }: Network,
  made: (kind: Role['suite'], name: string) => SuiteName = (kind) => kind,
): Promise<void> => {
  const kindOf = (name: string) => made(world.role(name).suite, name);
  const roster = world.store('CE').get<Roster>('roster');
  for (const name of world.nodeNames) {
    const address = world.address(name);
    const member = world.store('CE').get<MemberRecord>(`member/${address}`);
    const { storageKey, identity } = await world.tpm(name).perform('boot', {});
    expect(storageKey.suite, name).toBe(suiteOf(kindOf(name)));
    expect(member?.storageKey, name).toEqual(storageKey);
    const entry = roster?.entries.find((listed) => listed.address === address);
    expect(entry?.state, name).toBe(`active ${kindOf(name)}`);
    const { centerSuite, centerKey } = decodeMembership(identity as Uint8Array);
    expect({ suite: centerSuite, unique: centerKey }, name).toEqual(
      (await world.tpm('CE').perform('boot', {})).storageKey,
    );
    expect(centerSuite).toBe(suiteOf(kindOf('CE')));
  }
};
