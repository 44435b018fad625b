import { expect, test } from 'vitest';
import { seededRandom, unitInterval } from '../../simulations/seeded-random.ts';
import { CENTER_NAME, type WorldOptions } from '../../simulations/world.ts';
import { expectedOf, isWhole } from './enumerate.ts';
import type { Evidence } from './evidence.ts';
import { faultsOf } from './invariants.ts';
import { JOIN } from './procedures.ts';
import { CALM_MS, observe } from './run.ts';

const DEVICES = [CENTER_NAME, 'N1', 'N2'] as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Two nodes join, share a session and send readings, and each device loses power so many times. */
const endure = (
  { cuts, forMs, readingMs, seed = 1, ...options }: Ordeal & WorldOptions,
  seen: (evidence: Evidence) => void = () => undefined,
): Promise<void> =>
  observe({ ends: 'together', mishap: null }, { ...options, seed }, async (scene) => {
    const { network } = scene;
    const { clock, nodeNames } = network.world;
    const random = seededRandom(seed, 'cuts');
    for (const name of nodeNames) network.world.switchOn(name);
    for (const name of DEVICES)
      for (let cut = 0; cut < cuts; cut += 1) {
        const [atMs, offMs] = [forMs * unitInterval(random), 20_000 * unitInterval(random)];
        clock.setTimeout(() => scene.restart(name, offMs), atMs);
      }
    for (const endMs = clock.now() + forMs; clock.now() < endMs; ) {
      await clock.advance(readingMs);
      scene.ask('N1', { type: 'session.request', peer: 3, mode: 'direct' });
      await clock.advance(readingMs);
      scene.readings(1);
    }
    await network.settle(CALM_MS);
    return true;
  }).then(async (evidence) => {
    expect(faultsOf(evidence, await expectedOf(JOIN))).toEqual([]);
    seen(evidence);
  });

interface Ordeal {
  /** Of each device. */
  readonly cuts: number;
  readonly forMs: number;
  readonly readingMs: number;
}

test.each(isWhole ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 2])(
  'devices lose power again and again while three frames in ten are lost, %i',
  (seed) => endure({ cuts: 4, forMs: 10 * MINUTE_MS, readingMs: 40_000, loss: 0.3, seed }),
  120_000,
);

test.runIf(isWhole)(
  'a week in which each device loses power every three hours (npm run test:crash)',
  () =>
    endure({ cuts: 56, forMs: 7 * 24 * HOUR_MS, readingMs: HOUR_MS }, ({ scene }) => {
      const { world } = scene.network;
      // What is kept does not grow with time: at the center five for each device, and four.
      const most = 5 * world.nodeNames.length + 4;
      for (const name of DEVICES)
        expect(world.store(name).entries('').length).toBeLessThanOrEqual(most);
    }),
  600_000,
);
