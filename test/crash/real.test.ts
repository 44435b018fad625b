import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LmdbDisk } from '../../actors/store/lmdb-disk.ts';
import { openLmdbDisk } from '../../actors/store/lmdb-store.ts';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { flock } from '../../drivers/lock/flock.ts';
import { expectedOf, isWhole, titleOf } from './enumerate.ts';
import { faultsOf } from './invariants.ts';
import { PROCEDURES } from './procedures.ts';
import { run } from './run.ts';

/** Three devices on lmdb; their disks are opened once, as the processes that die are simulated. */
const onLmdb = async (
  use: (disk: (device: string) => Promise<LmdbDisk>) => Promise<void>,
): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'ties-crash-'));
  const disks: LmdbDisk[] = [];
  try {
    await use(async (device) => {
      const lock = flock(koffiFfi);
      const { disk } = await openLmdbDisk({ directory: join(directory, device), lock });
      disks.push(disk);
      return disk;
    });
  } finally {
    for (const disk of disks) await disk.close();
    rmSync(directory, { recursive: true });
  }
};

const cases = PROCEDURES.flatMap((procedure) =>
  procedure.daily.map((mishap) => ({ procedure, mishap, title: titleOf(mishap) })),
);

test.runIf(isWhole).each(cases)(
  '$procedure.name on swtpm and lmdb, $title (npm run test:crash)',
  ({ procedure, mishap }) =>
    onLmdb(async (disk) => {
      const evidence = await run(procedure, mishap, { tpm: 'swtpm', disk });
      expect(faultsOf(evidence, await expectedOf(procedure))).toEqual([]);
    }),
  120_000,
);
