/**
 * `npm run bench:store [-- DIRECTORY]`: what a write costs, of values like those that actors
 * write. Flash wears by what reaches it: by lmdb, whole pages of 4 kB.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbStore } from '../../actors/store/lmdb-store.ts';
import { wallClock } from '../../drivers/clock/wall.ts';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { flock } from '../../drivers/lock/flock.ts';

const WRITES = 200;
const MEMBERS = 1000;

/** What this process handed to the kernel (lmdb's pages), and what of it is to reach the disk. */
const written = (): readonly [handed: number, disk: number] => {
  const io = readFileSync('/proc/self/io', 'utf8');
  const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(io)?.[1]);
  return [count('wchar'), count('write_bytes')];
};
const bytes = (count: number, fill: number) => new Uint8Array(count).fill(fill);
const key = (fill: number) => ({ public: bytes(90, fill), private: bytes(140, fill) });
const slot = (number: number) => ({
  transaction: { requester: 2, epoch: 1, number },
  key: key(number),
});
const session = (number: number) => ({
  'session/3': { current: slot(number), previous: slot(number - 1) },
});
const member = (address: number) => ({
  [`member/${address}`]: {
    address,
    devId: bytes(12, address),
    storageKey: { suite: 1, point: bytes(64, address) },
    masterKey: key(address),
    nodeEpoch: 1,
    centerEpoch: 1,
  },
});

const directory = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'ties-store-'));
const residentBefore = process.memoryUsage().rss;
const store = await openLmdbStore({ directory, clock: wallClock, lock: flock(koffiFfi) });
const resident = process.memoryUsage().rss - residentBefore;

const measure = async (what: string, changes: (number: number) => Record<string, unknown>) => {
  const times: number[] = [];
  const before = written();
  for (let number = 1; number <= WRITES; number += 1) {
    const startMs = performance.now();
    await store.write(changes(number));
    times.push(performance.now() - startMs);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => `${times[Math.floor(share * WRITES)]?.toFixed(1)} ms`;
  const [handed, disk] = written().map((after, at) => (after - (before[at] ?? 0)) / WRITES / 1000);
  console.log(
    `${what}: median ${at(0.5)}, 99 of 100 within ${at(0.99)}; ${handed?.toFixed(1)} kB in ` +
      `lmdb's pages, ${disk?.toFixed(1)} kB by the kernel's count`,
  );
};

console.log(`open: ${(resident / 1e6).toFixed(1)} MB resident`);
await measure('a challenge noted', (number) => ({ 'challenge/2.1.1': { epoch: 1, number } }));
await measure('a session key kept', session);
await store.write(Object.assign({}, ...Array.from({ length: MEMBERS }, (_, at) => member(at))));
await measure(`one of ${MEMBERS} members`, (number) => member(number));
await measure('ten writes of one turn', (number) => {
  for (let other = 1; other < 10; other += 1) void store.write(member(number + 100 * other));
  return member(number);
});
const startMs = performance.now();
for (let read = 0; read < 1000; read += 1) store.get(`member/${read}`);
console.log(`a read: ${(performance.now() - startMs).toFixed(1)} µs`);
const sizeKb = statSync(join(directory, 'store.mdb')).size / 1000;
await store.close();
const openMs = performance.now();
const again = await openLmdbStore({ directory, clock: wallClock, lock: flock(koffiFfi) });
console.log(`opened with ${sizeKb.toFixed(0)} kB: ${(performance.now() - openMs).toFixed(1)} ms`);
await again.close();
rmSync(directory, { recursive: true });
