import { expect, test } from 'vitest';
import { channelRssiDbm, frequencyErrorHz, packetRssiDbm, packetSnrDb } from './signal.ts';

test('SNR is in quarters of a decibel, two’s complement', () => {
  expect([0x28, 0x00, 0xff, 0xd8].map(packetSnrDb)).toEqual([10, 0, -0.25, -10]);
});

test('strength of a frame: slope 16/15, and the SNR where it is below the noise', () => {
  expect(packetRssiDbm(75, 8, false)).toBe(-157 + 80);
  expect(packetRssiDbm(75, 8, true)).toBe(-164 + 80);
  expect(packetRssiDbm(45, -10, false)).toBe(-157 + 48 - 10);
});

test('power in the channel', () => {
  expect([channelRssiDbm(37, false), channelRssiDbm(37, true)]).toEqual([-120, -127]);
});

/** RegFei is receiver less sender: a sender 15 kHz above us is negative there. */
test('a sender above us has a positive frequency error, of 20 bits and by bandwidth', () => {
  const steps = Math.round((15_000 * 32e6) / 2 ** 24 / (125_000 / 500_000));
  const raw = 2 ** 20 - steps;
  const fei = [raw >> 16, (raw >> 8) & 0xff, raw & 0xff] as const;
  expect(frequencyErrorHz(fei, 125_000)).toBeCloseTo(15_000, 0);
  expect(frequencyErrorHz([0x00, steps >> 8, steps & 0xff], 125_000)).toBeCloseTo(-15_000, 0);
  expect(frequencyErrorHz(fei, 500_000)).toBeCloseTo(60_000, 0);
});

test('bits above the 20 mean nothing', () => {
  expect(frequencyErrorHz([0xf0, 0x00, 0x10], 125_000)).toBe(
    frequencyErrorHz([0x00, 0x00, 0x10], 125_000),
  );
});
