import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS, SlidingHour } from './duty-cycle.ts';

const LIMIT_MS = 36_000;

/** Airtime of the fullest hour, of all that end with a transmission: others hold no more. */
const fullestHourMs = (sent: readonly { readonly startMs: number; readonly endMs: number }[]) =>
  Math.max(
    0,
    ...sent.map(({ endMs: untilMs }) =>
      sent.reduce((sum, { startMs, endMs }) => {
        const insideMs = Math.min(endMs, untilMs) - Math.max(startMs, untilMs - HOUR_MS);
        return sum + Math.max(0, insideMs);
      }, 0),
    ),
  );

/** Sends each as soon as it may after its pause. */
const sendAll = (wishes: readonly (readonly [pauseMs: number, airtimeMs: number])[]) => {
  const hour = new SlidingHour();
  const sent: { startMs: number; endMs: number }[] = [];
  let nowMs = 0;
  for (const [pauseMs, airtimeMs] of wishes) {
    const startMs = Math.ceil(hour.earliestMs(nowMs + pauseMs, airtimeMs, LIMIT_MS));
    nowMs = startMs + airtimeMs;
    hour.spend(nowMs, airtimeMs);
    sent.push({ startMs, endMs: nowMs });
  }
  return { hour, sent };
};

describe('a sliding hour', () => {
  test('holds no more than its limit in any hour, whatever is sent', () => {
    const wish = fc.tuple(
      fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 900_000 })),
      fc.double({ min: 5, max: 9000, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 60 }), (wishes) => {
        expect(fullestHourMs(sendAll(wishes).sent)).toBeLessThanOrEqual(LIMIT_MS + 1e-6);
      }),
      { numRuns: 300 },
    );
  });

  test('gives away hardly any of it', () => {
    const { sent } = sendAll(new Array(400).fill([0, 399.6]));
    const hours = (sent.at(-1)?.endMs as number) / HOUR_MS;
    expect(hours).toBeGreaterThan(3);
    expect(fullestHourMs(sent)).toBeGreaterThan(0.99 * LIMIT_MS);
  });

  test('frees airtime as it was spent, not all at once', () => {
    const hour = new SlidingHour();
    for (const endMs of [10_000, 20_000, 30_000]) hour.spend(endMs, 5000);
    expect(hour.usedMs(30_000)).toBe(15_000);
    expect(hour.usedMs(HOUR_MS + 7000)).toBe(13_000);
    expect(hour.usedMs(HOUR_MS + 16_000)).toBe(9000);
    expect(hour.usedMs(HOUR_MS + 30_000)).toBe(0);
    expect(hour.earliestMs(30_000, 5000, 15_000)).toBe(HOUR_MS + 5000);
    expect(hour.earliestMs(30_000, 2000, 15_000)).toBe(HOUR_MS + 5000);
    expect(hour.earliestMs(30_000, 1, 16_000)).toBe(30_000);
    expect(hour.earliestMs(30_000, 16_001, 16_000)).toBe(Number.POSITIVE_INFINITY);
  });

  test('takes bounded memory, and counts what it merges as later, never as less', () => {
    const hour = new SlidingHour();
    for (let endMs = 15; endMs <= 2 * HOUR_MS; endMs += 15) hour.spend(endMs, 15);
    expect(hour.size).toBeLessThan(3700);
    expect(hour.usedMs(2 * HOUR_MS)).toBeCloseTo(HOUR_MS, 3);
    const coarse = hour.past(2 * HOUR_MS, 60_000);
    expect(coarse.length).toBeLessThanOrEqual(61);
    expect(coarse.reduce((sum, [, airtimeMs]) => sum + airtimeMs, 0)).toBeGreaterThanOrEqual(
      HOUR_MS - 1,
    );
  });

  test('a clock that jumps ahead frees what has become an hour old, once', () => {
    const hour = new SlidingHour();
    hour.spend(1000, 1000);
    hour.spend(1_800_000, 1000);
    expect(hour.usedMs(HOUR_MS + 500)).toBe(1500);
    expect(hour.usedMs(HOUR_MS + 500)).toBe(1500);
    hour.spend(HOUR_MS + 2000, 1000);
    expect(hour.usedMs(HOUR_MS + 2000)).toBe(2000);
  });

  test('a clock that goes back frees nothing', () => {
    const hour = new SlidingHour();
    hour.spend(100_000, 1000);
    hour.spend(500, 1000);
    expect(hour.usedMs(500)).toBe(2000);
    expect(hour.usedMs(HOUR_MS + 99_000)).toBe(2000);
    expect(hour.earliestMs(0, 1000, 2000)).toBe(HOUR_MS + 99_000);
  });
});
