import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { boundMs } from './bound.ts';
import { broken } from './claims.ts';
import { halfLost } from './half-lost.ts';
import { stepped } from './rate-steps.ts';
import { DEFAULT_RETRIES } from './reliable-datagram.ts';
import { type Row, row, rowInputs } from './rows.ts';
import { series } from './series.ts';
import { stopAndWait } from './stop-and-wait.ts';

/** What the least time is with equal parts; 300 B go 5 ms faster in unequal ones. */
test.each([
  ['paper', 400, 666],
  ['paper', 600, 984],
  ['default', 400, 333],
  ['default', 600, 492],
  ['paper', 300, 518],
] as const)('the bound of %s for %d B is %d ms', (preset, bytes, ms) => {
  expect(boundMs(bytes, presets[preset])).toBeCloseTo(ms, 0);
});

const patient = stopAndWait(Number.POSITIVE_INFINITY);

/** Worked out for radios that take 15 ms to turn round. Of forty seeds two are more than 3 % off. */
test.each([
  [0, 1151],
  [0.1, 1578],
  [0.3, 3082],
])('stop-and-wait at loss %d takes 600 B in %d ms', (loss, ms) => {
  const run = { courier: patient, modulation: presets.paper, bytes: 600, turnaroundMs: 15 };
  const { meanMs } = series({ ...run, seed: 2, loss, messages: 1000 });
  expect(Math.abs(meanMs / ms - 1)).toBeLessThan(0.03);
});

test('and with its four attempts it loses 29 % of 1,024 B at loss 0.3', () => {
  const run = { courier: stopAndWait(DEFAULT_RETRIES), modulation: presets.paper, bytes: 1024 };
  const { delivered } = series({ ...run, loss: 0.3, messages: 1000 });
  expect(1 - delivered / 1000).toBeCloseTo(0.29, 1);
});

test.each(rowInputs(40).filter(({ loss }) => loss === 0 || loss === 0.3))(
  '$preset, $bytes B, loss $loss: what is claimed for the link holds',
  (input) => {
    expect(broken(row(input))).toEqual([]);
  },
);

test('half of all frames lost lose no message', () => {
  expect(halfLost(150).map(({ lost }) => lost)).toEqual([0, 0]);
});

test('rate steps bring 600 B in less than half the time while few frames are lost', () => {
  for (const { loss, atBase, withSteps } of stepped(40)) {
    expect(withSteps.meanMs / atBase.meanMs).toBeLessThan(loss < 0.3 ? 0.5 : 1);
    expect([atBase.delivered, withSteps.delivered]).toEqual([40, 40]);
  }
});

test('a row that is too slow, or loses, is named', () => {
  const good: Row = {
    ...{ bytes: 600, loss: 0, preset: 'paper', n: 10, delivered: 10 },
    ...{ meanMs: 1000, p99Ms: 1000, boundMs: 984 },
    stopAndWait: { delivered: 10, meanMs: 1100, p99Ms: 1100 },
  };
  expect(broken(good)).toEqual([]);
  const bad: Partial<Row>[] = [
    { delivered: 9 },
    { meanMs: 1094 },
    { meanMs: 1101 },
    { p99Ms: 1101 },
  ];
  expect(bad.map((change) => broken({ ...good, ...change }).length)).toEqual([1, 1, 2, 1]);
});
