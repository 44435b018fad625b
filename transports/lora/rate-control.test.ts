import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { RateControl } from './rate-control.ts';
import { rateSteps } from './rate-steps.ts';

const CLEAR = { snrMargin: 7, spreadingFactor: 10 };

const control = (): RateControl => new RateControl(rateSteps(presets.range));

test('nobody is spoken to faster than was found to be heard', () => {
  const rates = control();
  expect(rates.stepFor(2, [208, 208, 208], 6)).toBe(0);
  rates.reported(2, CLEAR);
  expect([2, 3].map((peer) => rates.stepFor(peer, [208, 208, 208], 6))).toEqual([3, 0]);
});

test('what an announcement costs more than it saves goes at the base rate', () => {
  const slow = control();
  slow.reported(2, { ...CLEAR, snrMargin: 3 });
  expect(slow.stepFor(2, [9], 6)).toBe(0);
  expect(slow.stepFor(2, [108], 6)).toBe(1);
});

test('where there are no steps there is nothing to choose', () => {
  const rates = new RateControl(rateSteps(presets.default));
  rates.reported(2, { snrMargin: 7, spreadingFactor: 7 });
  expect(rates.stepFor(2, [255, 255], 6)).toBe(0);
});

test('of 64 peers the one that spoke longest ago is forgotten', () => {
  const rates = control();
  for (let peer = 0; peer < 64; peer += 1) rates.reported(peer, CLEAR);
  rates.reported(0, CLEAR);
  rates.reported(64, CLEAR);
  const steps = [0, 1, 2, 64].map((peer) => rates.stepFor(peer, [208], 6));
  expect(steps).toEqual([3, 0, 3, 3]);
});
