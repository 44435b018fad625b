import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { subBandOf } from './sub-bands.ts';

const at = (frequencyHz: number, bandwidthHz = 125_000) => ({ frequencyHz, bandwidthHz });

test.each([
  [864_000_000, 0.001],
  [866_500_000, 0.01],
  [868_300_000, 0.01],
  [868_950_000, 0.001],
  [869_525_000, 0.1],
  [869_850_000, 0.01],
])('%d Hz allows a duty cycle of %d', (frequencyHz, dutyCycle) => {
  expect(subBandOf(at(frequencyHz)).dutyCycle).toBe(dutyCycle);
});

test('every preset lies in a sub-band, the default fills its one', () => {
  expect(Object.values(presets).map((preset) => subBandOf(preset).dutyCycle)).toEqual([
    0.1, 0.01, 0.1,
  ]);
  expect(() => subBandOf({ ...presets.default, frequencyHz: 869_524_999 })).toThrow();
  expect(() => subBandOf({ ...presets.default, frequencyHz: 869_525_001 })).toThrow();
});

test.each([
  ['between two sub-bands', at(868_650_000)],
  ['across the edge of two that touch', at(868_000_000)],
  ['wider than its sub-band', at(869_525_000, 500_000)],
  ['out of EU868', at(915_000_000)],
])('a channel %s is refused, with what is allowed', (_, channel) => {
  expect(() => subBandOf(channel)).toThrow(
    expect.objectContaining({
      code: 'LINK_FREQUENCY',
      message: expect.stringMatching(
        /868-868\.6 MHz \(1 %\).*868\.7-869\.2 MHz \(0\.1 %\).*869\.4-869\.65 MHz \(10 %\)/,
      ),
    }),
  );
});
