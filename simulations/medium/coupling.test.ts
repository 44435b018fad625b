import { expect, test } from 'vitest';
import { MODULATION } from '../../test/radio/scene.ts';
import { coupling, spectralShare } from './coupling.ts';
import { fromDb } from './decibel.ts';
import { croce2018, goursaud2015, orthogonal } from './rejection.ts';

const at = (khz: number, bandwidthKhz = 125, spreadingFactor = 7) => ({
  ...MODULATION,
  frequencyHz: khz * 1000,
  bandwidthHz: bandwidthKhz * 1000,
  spreadingFactor,
});

test.each([
  ['the same channel', at(868_100), at(868_100), 1],
  ['half a channel away', at(868_100), at(868_162.5), 0.5],
  ['the next channel', at(868_100), at(868_225), 0],
  ['far away', at(868_100), at(869_525), 0],
  ['a wider one around it: half its power', at(868_100), at(868_100, 250), 0.5],
  ['a wider one beside it, half of it covered', at(868_100), at(868_225, 250), 0.25],
  ['a narrower one within it', at(868_100, 250), at(868_100), 1],
])('of the power in %s counts its share', (_, channel, signal, share) => {
  expect(spectralShare(channel, signal)).toBeCloseTo(share, 9);
});

test('a frame has to be 6 dB stronger than one of its kind, whatever the matrix says', () => {
  for (const rejection of [croce2018, goursaud2015, orthogonal])
    expect(coupling(6, rejection)(at(868_100), at(868_100))).toBeCloseTo(fromDb(6), 9);
});

test('SF9 at 250 kHz has the chirps of SF7 at 125 kHz', () => {
  const ratio = coupling(6, orthogonal);
  expect(ratio(at(868_100), at(868_100, 250, 9))).toBeCloseTo(fromDb(6) / 2, 9);
  expect(ratio(at(868_100, 250, 9), at(868_100))).toBeCloseTo(fromDb(6), 9);
  expect(ratio(at(868_100), at(868_100, 250, 8))).toBe(0);
});

test.each([
  [croce2018, 7, 8, -8],
  [croce2018, 8, 7, -11],
  [croce2018, 12, 11, -23],
  [croce2018, 6, 9, -9],
  [goursaud2015, 7, 8, -16],
  [goursaud2015, 12, 7, -36],
])('a matrix is read with the frame first', (rejection, spreadingFactor, other, db) => {
  const ratio = coupling(6, rejection);
  const frame = at(868_100, 125, spreadingFactor);
  expect(ratio(frame, at(868_100, 125, other))).toBeCloseTo(fromDb(db), 9);
});

test('half the power of half the overlap is 3 dB less to bear', () => {
  const ratio = coupling(6, croce2018);
  expect(ratio(at(868_100), at(868_162.5, 125, 8))).toBeCloseTo(fromDb(-8) / 2, 9);
});
