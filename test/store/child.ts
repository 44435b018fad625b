/** What a store is put through in a process of its own: `child.ts count|disk|foreign DIRECTORY`. */
import { join } from 'node:path';
import { openLmdbStore } from '../../actors/store/lmdb-store.ts';
import { wallClock } from '../../drivers/clock/wall.ts';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { flock } from '../../drivers/lock/flock.ts';

const [, , what, folder = ''] = process.argv;
const open = (directory: string) =>
  openLmdbStore({ directory, clock: wallClock, lock: flock(koffiFfi) });
const fault = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    ({ code, message }) => `${code}: ${message}`,
  );
const tell = (result: unknown): void => void process.stdout.write(`${JSON.stringify(result)}\n`);

/** Numbered states without end, each told when it is kept. */
const count = async (): Promise<void> => {
  const store = await open(folder);
  for (let number = (store.get<number>('first') ?? 0) + 1; ; number += 1) {
    const slot = new Uint8Array((number * 997) % 9000).fill(number);
    await store.write({ first: number, [`slot/${number % 5}`]: slot, last: number });
    tell(number);
  }
};

/** On a disk of 1 MB, and on one that is read-only. */
const disk = async (): Promise<void> => {
  const directory = join(folder, 'small', 'store');
  const store = await open(directory);
  await store.write({ roster: 1 });
  const big = fault(store.write({ big: new Uint8Array(3_000_000), roster: 2 }));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  const after = fault(store.write({ peer: store.get('roster') }));
  const faults = [await big, await after];
  const stands = store.entries('');
  const later = await fault(store.write({ roster: 3 }));
  await store.close();
  const again = await open(directory);
  const { troubles } = again;
  const kept = [...again.entries('')];
  const restarted = await fault(again.write({ roster: 4 }));
  await again.close();
  const readOnly = await fault(open(join(folder, 'readonly')));
  tell({ faults, stands, later, troubles, kept, restarted, readOnly });
};

/** As a user who may not write there. */
const foreign = async (): Promise<void> => {
  const nobody = 65_534;
  if (process.getuid?.() === 0) process.setuid?.(nobody);
  tell(await fault(open(folder)));
};

await { count, disk, foreign }[what as 'count']();
