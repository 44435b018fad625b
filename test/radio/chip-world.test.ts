import { expect, test } from 'vitest';
import type { WorldOptions } from '../../simulations/world.ts';
import { inNetwork, isWhole } from '../scenarios/network.ts';

/** The main job, every radio of it the driver on a chip; its timeline, and what was forbidden. */
const mainJob = (options: WorldOptions) =>
  inNetwork({ radio: 'chip', nodes: 2, ...options }, async (network) => {
    const result = await network.mainJob('direct');
    const chips = [...network.world.chips.values()];
    return {
      result,
      isWhole: isWhole(result, 2),
      failures: network.failures(),
      violations: chips.flatMap(({ violations }) => violations),
      frames: network.transmissions.map(({ radioId, startMs }) => `${startMs} ${radioId}`),
    };
  });

test('join and key translation over chips', async () => {
  const job = await mainJob({});
  expect(job).toMatchObject({ isWhole: true, failures: [], violations: [] });
  const light = await inNetwork({ nodes: 2 }, (network) => network.mainJob('direct'));
  const slowestMs = ({ joins }: typeof light): number =>
    Math.max(...joins.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY));
  expect(slowestMs(job.result)).toBeGreaterThan(slowestMs(light));
  expect(slowestMs(job.result)).toBeLessThan(1.2 * slowestMs(light));
});

test('and with three of ten frames lost; same seed, same timeline', async () => {
  const job = await mainJob({ loss: 0.3 });
  expect(job).toMatchObject({ isWhole: true, failures: [], violations: [] });
  expect(await mainJob({ loss: 0.3 })).toEqual(job);
});
