import { expect, test } from 'vitest';
import { Secret } from '../../protocol/secret.ts';
import { memoryStore } from '../store.ts';
import { CenterRecords, type LabelRecord, type Offer } from './records.ts';

const founded = async () => {
  const store = memoryStore();
  const records = new CenterRecords(store);
  await records.found(new Uint8Array(8).fill(7));
  return { store, records };
};

test('of the broadcasts of a list that changes without end the last sixteen are kept', async () => {
  const { store, records } = await founded();
  for (let version = 1; version <= 100; version += 1)
    await records.publish(
      { version, hash: new Uint8Array(16), size: 1 },
      [{ address: 2, state: 'left', devId: new Uint8Array(8) }],
      Uint8Array.of(version),
    );
  const kept = Array.from({ length: 100 }, (_, at) => at + 1).filter((at) => records.delta(at));
  expect(kept).toEqual(Array.from({ length: 16 }, (_, at) => 85 + at));
  expect(store.entries('')).toHaveLength(16 + ['network', 'roster', 'listed/2'].length);
});

test('when every address was given no more labels are admitted', async () => {
  const { store, records } = await founded();
  await store.write({ network: { ...records.network, nextAddress: 65_279 } });
  const admit = (number: number) => {
    const devId = new Uint8Array(12).fill(number);
    return records.admit({ devId, firstKey: new Secret(new Uint8Array(32)), sealed: null });
  };
  await admit(1);
  expect(records.labelOf(65_279)?.devId[0]).toBe(1);
  await expect(admit(2)).rejects.toMatchObject({ code: 'NETWORK_FULL' });
  expect(records.labelOf(65_280)).toBeUndefined();
});

test('of the offers to a device that never ends its join the last four are kept', async () => {
  const { records } = await founded();
  const devId = new Uint8Array(12).fill(1);
  const key = { public: devId, private: devId };
  const storageKey = { suite: 1, unique: new Uint8Array(33) } as const;
  await records.admit({ devId, firstKey: new Secret(new Uint8Array(32)), sealed: key });
  const label = (): LabelRecord => records.labelOf(2) as LabelRecord;
  const offer = (nodeEpoch: number): Offer => ({
    ...{ storageKey, masterKey: key, nodeEpoch, centerEpoch: 1 },
  });
  for (let epoch = 1; epoch <= 20; epoch += 1) await records.keepOffer(label(), offer(epoch));
  expect(label().offers.map(({ nodeEpoch }) => nodeEpoch)).toEqual([20, 19, 18, 17]);
  await records.decide(label(), offer(18));
  expect(label().offers).toEqual([]);
});
