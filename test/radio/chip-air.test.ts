import { expect, test } from 'vitest';
import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import { symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { chipAir } from './chips.ts';

const FRAME = Uint8Array.from({ length: 40 }, (_, i) => 3 * i);
const BANDWIDTHS_HZ = [
  7812.5, 10_416.67, 15_625, 20_833.33, 31_250, 41_666.67, 62_500, 125_000, 250_000, 500_000,
];

const heardBy = (radio: Radio): Reception[] => {
  const heard: Reception[] = [];
  radio.receptions.subscribe((reception) => heard.push(reception));
  return heard;
};

const modulations = [868_100_000, 433_175_000].flatMap((frequencyHz) =>
  [6, 7, 9, 12].flatMap((spreadingFactor) =>
    BANDWIDTHS_HZ.map((bandwidthHz, i): Modulation => {
      const codingRateDenominator = 5 + (i % 4);
      return {
        ...presets.paper,
        ...{ frequencyHz, spreadingFactor, bandwidthHz, codingRateDenominator },
        powerDbm: 2 + ((i * 5) % 19),
      };
    }),
  ),
);

test('chips understand each other at every spreading factor, bandwidth, band and power', async () => {
  for (const modulation of modulations) {
    const { clock, medium, open, violations } = chipAir();
    const [a, b] = [
      await open('a', { modulation, implicitLengthBytes: FRAME.length }),
      await open('b', { modulation, implicitLengthBytes: FRAME.length }),
    ];
    const light = heardBy(medium.join({ id: 'light', modulation }));
    const heard = heardBy(b.radio);
    a.radio.transmit(FRAME).subscribe();
    await clock.advance(200 * symbolMs(modulation) + 50);
    expect(heard.map(({ frame }) => frame)).toEqual([FRAME]);
    expect(violations()).toEqual([]);
    const [chipHeard, lightHeard] = [heard[0] as Reception, light[0] as Reception];
    expect(Math.abs(chipHeard.rssiDbm - lightHeard.rssiDbm)).toBeLessThan(0.6);
    expect(Math.abs(chipHeard.snrDb - lightHeard.snrDb)).toBeLessThanOrEqual(0.125);
    expect(Math.abs(chipHeard.startMs - lightHeard.startMs)).toBeLessThan(0.1);
    a.radio.close();
    b.radio.close();
  }
});

test('chip and light radio hear each other', async () => {
  const { clock, medium, open, violations } = chipAir();
  const { radio } = await open('chip');
  const light = medium.join({ id: 'light', modulation: presets.paper });
  const [byChip, byLight] = [heardBy(radio), heardBy(light)];
  radio.transmit(FRAME).subscribe();
  await clock.advance(500);
  light.transmit(FRAME).subscribe();
  await clock.advance(500);
  expect([byChip, byLight].map((heard) => heard.map(({ frame }) => frame))).toEqual([
    [FRAME],
    [FRAME],
  ]);
  expect(violations()).toEqual([]);
});

test('crystals apart show as the sender’s carrier less ours', async () => {
  const { clock, open } = chipAir();
  const [a, b] = [await open('a', { ppm: 12 }), await open('b', { ppm: -5 })];
  const [byA, byB] = [heardBy(a.radio), heardBy(b.radio)];
  a.radio.transmit(FRAME).subscribe();
  await clock.advance(500);
  b.radio.transmit(FRAME).subscribe();
  await clock.advance(500);
  const expectedHz = 17e-6 * presets.paper.frequencyHz;
  expect(byB[0]?.frequencyErrorHz).toBeCloseTo(expectedHz, -1);
  expect(byA[0]?.frequencyErrorHz).toBeCloseTo(-expectedHz, -1);
});
