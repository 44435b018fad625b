import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { rateSteps } from './rate-steps.ts';

const at = (spreadingFactor: number) => ({ ...presets.range, spreadingFactor });

test('every smaller spreading factor of the same channel is a step, down to 7', () => {
  expect(rateSteps(presets.range)).toEqual([at(10), at(9), at(8), at(7)]);
  expect(rateSteps(at(12))).toHaveLength(6);
});

test.each(['default', 'paper'] as const)('%s is as fast as it gets', (name) => {
  expect(rateSteps(presets[name])).toEqual([presets[name]]);
});

test('SF6, which knows no explicit header, has no steps either', () => {
  expect(rateSteps(at(6))).toEqual([at(6)]);
});
