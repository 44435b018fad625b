import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LmdbDisk } from '../../actors/store/lmdb-disk.ts';
import { openLmdbDisk, openLmdbStore } from '../../actors/store/lmdb-store.ts';
import { wallClock } from '../../drivers/clock/wall.ts';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { flock } from '../../drivers/lock/flock.ts';
import { inNetwork, isWhole, type Network } from '../scenarios/network.ts';

const COMMIT_MS = 10;
const lock = flock(koffiFfi);

/** Three devices whose stores are on this disk. */
const onDisk = async <T>(
  use: (network: Network, disks: Map<string, LmdbDisk>, directory: string) => Promise<T>,
): Promise<T> => {
  const directory = mkdtempSync(join(tmpdir(), 'ties-stores-'));
  const disks = new Map<string, LmdbDisk>();
  const disk = async (device: string): Promise<LmdbDisk> => {
    const { disk: opened } = await openLmdbDisk({ directory: join(directory, device), lock });
    disks.set(device, opened);
    return opened;
  };
  try {
    const options = { nodes: 2, loss: 0.2, disk, commitMs: COMMIT_MS };
    return await inNetwork(options, (network) => use(network, disks, directory));
  } finally {
    for (const opened of disks.values()) await opened.close();
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
  onDisk(async (network, disks, directory) => {
    await network.mainJob('direct');
    const held = network.world.store('N1').entries('');
    await (disks.get('N1') as LmdbDisk).close();
    disks.delete('N1');
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

test.each([5, 15])('%i ms after a write that takes 10, a power cut loses it or not', (cutMs) =>
  onDisk(async ({ world }) => {
    await world.join('N1');
    await world.clock.advance(30_000);
    world.node('N1').actor.send({ type: 'leave' });
    await world.clock.advance(cutMs);
    await world.powerOff('N1');
    await world.clock.advance(1_000);
    expect(world.store('N1').get('leaving')).toBe(cutMs > COMMIT_MS ? true : undefined);
    expect(world.store('N1').get('roster')).toBeDefined();
  }),
);
