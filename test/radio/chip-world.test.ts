import { expect, test } from 'vitest';
import type { Sx1276 } from '../../simulations/sx1276/chip.ts';
import type { ChipFaults } from '../../simulations/sx1276/faults.ts';
import { Reg } from '../../simulations/sx1276/registers.ts';
import type { World, WorldOptions } from '../../simulations/world.ts';
import { inNetwork, isWhole } from '../scenarios/network.ts';

/** The main job, every radio of it the driver on a chip; its timeline, and what was forbidden. */
const mainJob = (options: WorldOptions, befall: (world: World) => void = () => {}) =>
  inNetwork({ radio: 'chip', nodes: 2, ...options }, async (network) => {
    befall(network.world);
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

test('and with chips that fail amid it', async () => {
  const befallen: string[] = [];
  const job = await mainJob({}, ({ chips, clock }) => {
    const at = (ms: number, name: string, befall: (faults: ChipFaults) => void): void => {
      clock.setTimeout(() => {
        befallen.push(name);
        befall((chips.get(name) as Sx1276).faults);
      }, ms);
    };
    at(300, 'CE', (faults) => faults.brownOut());
    at(700, 'N1', (faults) => faults.stickInTransmit('reset'));
    at(1_000, 'CE', (faults) => faults.silence(0xff, 'reset'));
    at(1_500, 'N1', (faults) => faults.stick('dio0'));
    at(2_000, 'N2', (faults) => faults.flip(Reg.syncWord, 0x10));
    at(2_500, 'CE', (faults) => faults.deafen());
    at(2_600, 'CE', (faults) => faults.brownOut());
  });
  expect(befallen).toHaveLength(7);
  expect(job).toMatchObject({ isWhole: true, failures: [] });
});
