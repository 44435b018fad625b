import { expect } from 'vitest';
import { CenterRecords, type MemberRecord } from '../../actors/center/records.ts';
import type { Role } from '../../config/role.ts';
import { decodeMembership } from '../../protocol/identity.ts';
import { type SuiteName, suiteOf } from '../../protocol/suite.ts';
import type { Network } from './network.ts';

/** Each end holds the other's key as what it is, and the list says so. */
export const expectKinds = async (
  { world }: Network,
  made: (kind: Role['suite'], name: string) => SuiteName = (kind) => kind,
): Promise<void> => {
  const kindOf = (name: string) => made(world.role(name).suite, name);
  const records = new CenterRecords(world.store('CE'));
  for (const name of world.nodeNames) {
    const address = world.address(name);
    const member = world.store('CE').get<MemberRecord>(`member/${address}`);
    const { storageKey, identity } = await world.tpm(name).perform('boot', {});
    expect(storageKey.suite, name).toBe(suiteOf(kindOf(name)));
    expect(member?.storageKey, name).toEqual(storageKey);
    expect(records.listed(address)?.state, name).toBe(`active ${kindOf(name)}`);
    const { centerSuite, centerKey } = decodeMembership(identity as Uint8Array);
    expect({ suite: centerSuite, unique: centerKey }, name).toEqual(
      (await world.tpm('CE').perform('boot', {})).storageKey,
    );
    expect(centerSuite).toBe(suiteOf(kindOf('CE')));
  }
};
