import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLmdbStore } from '../../actors/store/lmdb-store.ts';
import { wallClock } from '../../drivers/clock/wall.ts';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { flock } from '../../drivers/lock/flock.ts';
import { seededRandom, unitInterval } from '../../simulations/seeded-random.ts';

const KILLS = Number(process.env.TIES_KILLS ?? 2);
/** A store of its own for mounts; without it (a container may forbid it) those tests are left out. */
const NAMESPACE = process.getuid?.() === 0 ? ['-m'] : ['-Urm'];
const maySeparate = spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;

const node = [
  process.execPath,
  '--import',
  'tsx',
  fileURLToPath(new URL('child.ts', import.meta.url)),
];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-store-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (command: string, ...args: string[]): ChildProcess =>
  spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
const linesOf = (child: ChildProcess) => createInterface({ input: child.stdout as never });
const open = (directory: string) =>
  openLmdbStore({ directory, clock: wallClock, lock: flock(koffiFfi) });
const resultOf = async (child: ChildProcess) => {
  const [line] = await once(linesOf(child), 'line');
  return JSON.parse(line);
};

test(
  `a process that is killed ${KILLS} times keeps what it was told is kept, and no half of anything`,
  async () => {
    const random = seededRandom(1, 'kills');
    const [command = '', ...args] = node;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = run(command, ...args, 'count', folder);
      let told = 0;
      const lines = linesOf(child).on('line', (line) => {
        told = Number(line);
      });
      await once(lines, 'line');
      await expect(open(folder)).rejects.toMatchObject({
        code: 'STORE_IN_USE',
        message: expect.stringContaining(`${child.pid}`),
      });
      const pauseMs = 80 * unitInterval(random);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      child.kill('SIGKILL');
      await once(lines, 'close');
      const store = await open(folder);
      const first = store.get<number>('first') as number;
      expect(store.troubles).toEqual([]);
      expect(first).toBeGreaterThanOrEqual(told);
      expect(first).toBeLessThanOrEqual(told + 1);
      expect(store.get('last')).toBe(first);
      for (let number = first; number > Math.max(0, first - 5); number -= 1)
        expect(store.get(`slot/${number % 5}`)).toEqual(
          new Uint8Array((number * 997) % 9000).fill(number),
        );
      await store.close();
    }
  },
  60_000 + KILLS * 3_000,
);

test.runIf(maySeparate)('a disk that is full or read-only is told, and loses nothing', async () => {
  for (const name of ['small', 'readonly']) mkdirSync(join(folder, name));
  const script = `mount -t tmpfs -o size=1m tmpfs ${folder}/small &&
    mount -t tmpfs -o ro tmpfs ${folder}/readonly && exec "$@"`;
  const told = await resultOf(
    run('unshare', ...NAMESPACE, 'sh', '-c', script, 'sh', ...node, 'disk', folder),
  );
  expect(told).toEqual({
    faults: [
      expect.stringMatching(/^STORE_FULL: .*Make room/),
      expect.stringMatching(/STORE_FULL/),
    ],
    stands: [['roster', 1]],
    later: 'done',
    troubles: [],
    kept: [['roster', 3]],
    restarted: 'done',
    readOnly: expect.stringMatching(/^STORE_READ_ONLY: .*mount it writable/),
  });
});

test('a directory of somebody else is told', async () => {
  const [command = '', ...args] = node;
  chmodSync(folder, 0o555);
  expect(await resultOf(run(command, ...args, 'foreign', folder))).toMatch(
    /^STORE_NO_PERMISSION: .*chown/,
  );
  chmodSync(folder, 0o755);
});
