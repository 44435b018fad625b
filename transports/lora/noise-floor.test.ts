import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { seededRandom, unitInterval } from '../../simulations/seeded-random.ts';
import { afterLook, isWellOver, type NoiseFloor, unknownFloor } from './noise-floor.ts';

const learn = (looks: readonly number[], floor: NoiseFloor = unknownFloor(presets.paper)) =>
  looks.reduce(afterLook, floor);
const steadily = (rssiDbm: number, looks: number): number[] => new Array(looks).fill(rssiDbm);

test('what is steady is the floor, whatever its level', () => {
  for (const noiseDbm of [-117, -95, -60]) {
    const floor = learn(steadily(noiseDbm, 10));
    expect(floor.levelDbm).toBe(noiseDbm);
    expect([noiseDbm + 10, noiseDbm + 11].map((rssi) => isWellOver(floor, rssi))).toEqual([
      false,
      true,
    ]);
  }
});

test('before anything was seen nothing is well over it', () => {
  expect(isWellOver(unknownFloor(presets.paper), -20)).toBe(false);
});

test('frames do not raise it, even where the channel is mostly taken', () => {
  const random = seededRandom(1, 'looks');
  const looks = Array.from({ length: 2000 }, () => {
    const noiseDbm = -115 + 3 * unitInterval(random);
    return unitInterval(random) < 0.8 ? -80 : noiseDbm;
  });
  let floor = learn(looks.slice(0, 100));
  for (const rssiDbm of looks.slice(100)) {
    floor = afterLook(floor, rssiDbm);
    expect(floor.levelDbm).toBeLessThan(-112);
    expect(isWellOver(floor, -80)).toBe(true);
  }
});

test('noise that comes to stay is the floor after 64 looks, and gone again at once', () => {
  const before = learn(steadily(-115, 200));
  const during = learn(steadily(-90, 56), before);
  expect(isWellOver(during, -90)).toBe(true);
  const later = learn(steadily(-90, 8), during);
  expect(isWellOver(later, -90)).toBe(false);
  expect(afterLook(later, -115).levelDbm).toBe(-115);
});

test('one absurd reading lowers it no further than thermal noise', () => {
  const floor = afterLook(learn(steadily(-115, 20)), -157);
  expect(floor.levelDbm).toBeCloseTo(-123.03, 2);
  expect(isWellOver(floor, -115)).toBe(false);
});

test('it takes bounded memory', () => {
  expect(learn(steadily(-115, 5000)).pastDbm).toHaveLength(7);
});
