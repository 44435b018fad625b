import { expect, test } from 'vitest';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import type { NodeHost } from './host.ts';
import { SessionRuns } from './session-runs.ts';

const PEERS = [3, 4, 5];

/** When the node of this address greets its peers after a restart, in many networks. */
const delaysOf = (address: number): number[][] => {
  const all = Array.from({ length: 50 }, (_, seed) => {
    const station = { clock: new HeapClock(), random: seededRandom(seed, 'resume') };
    const host = { address, roster: { entries: [] }, sessions: { peers: PEERS }, station };
    const runs = new SessionRuns(host as unknown as NodeHost);
    return runs.resumptions().map(({ delayMs }) => delayMs);
  });
  return PEERS.map((_, at) => all.map((delays) => delays[at] as number));
};

test('after a restart one peer is greeted after the other', () => {
  for (const [at, delays] of delaysOf(5).entries()) {
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(2_000 * at);
    expect(Math.max(...delays)).toBeLessThanOrEqual(2_000 * at + 2_000);
  }
});

test('in a crowd so much later as its rejoins take', () => {
  const [first = []] = delaysOf(111);
  expect(Math.max(...first)).toBeGreaterThan(30_000);
  expect(Math.max(...first)).toBeLessThanOrEqual(2_000 + 8 * 100 * 50);
});
