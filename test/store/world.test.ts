import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LmdbStore, openLmdbStore } from '../../actors/store/lmdb-store.ts';
import type { Clock } from '../../drivers/clock/interface.ts';
import { wallClock } from '../../drivers/clock/wall.ts';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { flock } from '../../drivers/lock/flock.ts';
import { inNetwork, isWhole, type Network } from '../scenarios/network.ts';

const lock = flock(koffiFfi);

/** The main job of three devices whose stores are on this disk. */
const onDisk = async <T>(use: (network: Network, directory: string) => Promise<T>): Promise<T> => {
  const directory = mkdtempSync(join(tmpdir(), 'ties-stores-'));
  const stores: LmdbStore[] = [];
  const store = async (device: string, clock: Clock): Promise<LmdbStore> => {
    const opened = await openLmdbStore({ directory: join(directory, device), clock, lock });
    stores.push(opened);
    return opened;
  };
  try {
    return await inNetwork({ nodes: 2, loss: 0.2, store }, (network) => use(network, directory));
  } finally {
    for (const opened of stores) await opened.close();
    rmSync(directory, { recursive: true });
  }
};

test('a network on stores on disk does its main job, at the same times again', async () => {
  const run = () =>
    onDisk(async (network) => {
      const result = await network.mainJob('indirect');
      expect(isWhole(result, 2)).toBe(true);
      return { result, air: network.chronicle.air(), tpm: network.chronicle.tpm() };
    });
  expect(await run()).toEqual(await run());
});

test('what a device holds is there for who opens its store next', () =>
  onDisk(async (network, directory) => {
    await network.mainJob('direct');
    const held = network.world.store('N1').entries('');
    await (network.world.store('N1') as LmdbStore).close();
    const again = await openLmdbStore({
      directory: join(directory, 'N1'),
      clock: wallClock,
      lock,
    });
    expect(again.entries('')).toEqual(held);
    expect(held.map(([key]) => key.replace(/\d+.*/, ''))).toEqual(
      expect.arrayContaining(['peer/', 'roster', 'session/']),
    );
    await again.close();
  }));
