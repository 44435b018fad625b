import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS } from './duty-cycle.ts';
import { AirtimeBudget, type Claim, type Purpose } from './duty-cycle-budget.ts';
import type { PastAirtime } from './interface.ts';
import { EU868, type SubBand } from './sub-bands.ts';

const [, ONE_PERCENT] = EU868 as [SubBand, SubBand];
const BUDGET_MS = 36_000;

/** What a device keeps while its power goes and comes, and a budget of it. */
const rig = () => {
  const time = { nowMs: 0 };
  const disk = { past: [] as readonly PastAirtime[], writes: 0, fails: false };
  const open = async () => {
    const budget = new AirtimeBudget({
      subBand: ONE_PERCENT,
      now: () => time.nowMs,
      record: {
        load: () => disk.past,
        save: async (_, past) => {
          if (disk.fails) throw new Error('disk full');
          disk.writes += 1;
          disk.past = past;
        },
      },
    });
    await settled();
    return budget;
  };
  return { time, disk, open };
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const claim = (purpose: Purpose, airtimeMs: number): Claim => ({ purpose, airtimeMs });

/** Send it now, if it may be sent now. */
const send = async (budget: AirtimeBudget, what: Claim): Promise<boolean> => {
  if (budget.waitMs(what) > 0) return false;
  if (!budget.isWritten(what.airtimeMs)) await budget.writeAhead(what.airtimeMs);
  if (!budget.take(what)) return false;
  budget.settle(what);
  await settled();
  return true;
};

/** How many of a kind may go one after the other. */
const sendMany = async (budget: AirtimeBudget, what: Claim, limit = 1000): Promise<number> => {
  let sent = 0;
  while (sent < limit && (await send(budget, what))) sent += 1;
  return sent;
};

test('messages stop before those that matter more, and these before acknowledgements', async () => {
  const { open } = rig();
  const budget = await open();
  expect(await sendMany(budget, claim('normal', 100))).toBe(323);
  expect(await sendMany(budget, claim('high', 100))).toBe(18);
  expect(await sendMany(budget, claim('ack', 100))).toBe(18);
  expect(budget.state()).toEqual({
    subBand: '865-868 MHz',
    limit: 0.01,
    usedMs: 35_900,
    leftMs: 0,
  });
});

test('a storm of questions does not take it all', async () => {
  const budget = await rig().open();
  expect(await sendMany(budget, claim('ack', 100))).toBe(179);
  expect(await sendMany(budget, claim('normal', 100))).toBe(144);
});

const asked = (source: number): Claim => ({ ...claim('ack', 100), source });

test('nor does one source take what is there for acknowledgements, in the reserve or before', async () => {
  const budget = await rig().open();
  expect(await sendMany(budget, asked(1))).toBe(150);
  expect(await sendMany(budget, asked(2))).toBe(25);
  const spent = await rig().open();
  await sendMany(spent, claim('normal', 100));
  expect(await sendMany(spent, asked(1))).toBe(31);
  expect(await sendMany(spent, asked(2))).toBe(5);
});

test('it may again later', async () => {
  const { open, time } = rig();
  const budget = await open();
  await sendMany(budget, asked(1));
  time.nowMs += HOUR_MS + 60_000;
  expect(await sendMany(budget, asked(1))).toBeGreaterThan(120);
  time.nowMs += 5 * HOUR_MS;
  expect(await sendMany(budget, asked(1))).toBeGreaterThanOrEqual(149);
});

test('who was answered longest ago is forgotten among very many', async () => {
  const budget = await rig().open();
  const tiny = (source: number): Claim => ({ ...asked(source), airtimeMs: 1 });
  await sendMany(budget, asked(1));
  for (let source = 2; source < 257; source += 1) await send(budget, tiny(source));
  expect(await send(budget, asked(1))).toBe(false);
  await send(budget, tiny(257));
  expect(await send(budget, asked(1))).toBe(true);
});

test('silent peers are tried evenly over the hour, at a quarter of its cost', async () => {
  const { time, open } = rig();
  const budget = await open();
  let spentMs = 0;
  for (; time.nowMs < HOUR_MS; time.nowMs += 1000) {
    if (!budget.mayProbe) continue;
    expect(await send(budget, claim('probe', 100))).toBe(true);
    expect(await send(budget, claim('probe', 100))).toBe(true);
    expect(budget.mayProbe).toBe(false);
    spentMs += 200;
  }
  expect(spentMs / BUDGET_MS).toBeCloseTo(0.25, 1);
});

test('what is longer than the hour allows never may', async () => {
  const budget = await rig().open();
  expect(budget.waitMs(claim('normal', 0.9 * BUDGET_MS))).toBe(Number.POSITIVE_INFINITY);
  expect(budget.waitMs(claim('normal', 0.89 * BUDGET_MS))).toBe(0);
});

test('a burst counts from when it is taken, and as long as it takes', async () => {
  const { time, open } = rig();
  const budget = await open();
  const long = claim('normal', 20_000);
  await budget.writeAhead(20_000);
  expect(budget.take(long)).toBe(true);
  expect(budget.waitMs(long)).toBeGreaterThan(0);
  // The device sleeps in the middle of it: an hour later it has only just been sent.
  time.nowMs += HOUR_MS;
  expect(budget.waitMs(long)).toBeGreaterThan(0);
  budget.settle(claim('normal', 15_000));
  budget.giveBack(5000);
  expect(budget.state().usedMs).toBe(15_000);
  time.nowMs += HOUR_MS - 1;
  expect(budget.state().usedMs).toBeGreaterThan(0);
});

test('nothing is taken that is not written down, and few writes do', async () => {
  const { disk, open } = rig();
  const budget = await open();
  await sendMany(budget, claim('normal', 36));
  await sendMany(budget, claim('ack', 36));
  expect(disk.writes).toBeLessThan(80);
  disk.fails = true;
  await expect(budget.writeAhead(0)).rejects.toMatchObject({ code: 'LINK_AIRTIME_RECORD' });
});

test('a disk that fails stops what it has not heard of', async () => {
  const { disk, open } = rig();
  const budget = await open();
  disk.fails = true;
  let sent = 0;
  while (budget.take(claim('ack', 36))) sent += 1;
  await settled();
  expect(sent).toBeGreaterThan(10);
  expect(sent).toBeLessThan(30);
  disk.fails = false;
  expect(budget.take(claim('ack', 36))).toBe(false);
  await settled();
  expect(budget.take(claim('ack', 36))).toBe(true);
});

test('a restart finds the hour as spent as it was, and no more than a little more', async () => {
  const { time, disk, open } = rig();
  const before = await open();
  for (let minute = 0; minute < 30; minute += 1) {
    time.nowMs = minute * 60_000;
    await sendMany(before, claim('normal', 100), 5);
  }
  const usedMs = before.state().usedMs;
  expect(usedMs).toBe(15_000);
  time.nowMs = 1e9;
  const after = await open();
  expect(after.state().usedMs).toBeGreaterThanOrEqual(usedMs);
  expect(after.state().usedMs).toBeLessThanOrEqual(usedMs + BUDGET_MS / 18);
  expect(disk.past.length).toBeLessThanOrEqual(62);
  // What was spent half an hour before is free half an hour later, though nobody knows the time.
  time.nowMs += 40 * 60_000;
  expect(after.state().usedMs).toBeLessThan(0.8 * usedMs);
});

test('what was written ahead does not add up over restarts that are hours apart', async () => {
  const { time, open } = rig();
  let budget = await open();
  for (let restarts = 0; restarts < 60; restarts += 1) {
    for (let hours = 0; hours < 3; hours += 1) {
      time.nowMs += HOUR_MS;
      await sendMany(budget, claim('normal', 36), 1);
    }
    time.nowMs = 0;
    budget = await open();
  }
  expect(budget.state().usedMs).toBeLessThan(BUDGET_MS / 10);
});

test('thousands of starts that come to nothing keep a device silent for an hour, not for days', async () => {
  const { time, open } = rig();
  let budget = await open();
  for (let starts = 0; starts < 3_000; starts += 1) {
    time.nowMs += 8_000;
    budget = await open();
  }
  expect(budget.state().usedMs).toBeCloseTo(BUDGET_MS, -3);
  time.nowMs += 1.2 * HOUR_MS;
  expect(budget.waitMs(claim('normal', 36))).toBe(0);
});

/** Airtime of the fullest hour of real time. */
const fullestHourMs = (sent: readonly (readonly [endMs: number, airtimeMs: number])[]): number =>
  Math.max(
    0,
    ...sent.map(([untilMs]) =>
      sent.reduce((sum, [endMs, airtimeMs]) => {
        const inside = Math.min(endMs, untilMs) - Math.max(endMs - airtimeMs, untilMs - HOUR_MS);
        return sum + Math.max(0, inside);
      }, 0),
    ),
  );

test('no hour holds too much, however often the power goes and wherever the clock begins', async () => {
  const step = fc.record({
    pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 600_000 })),
    purpose: fc.constantFrom<Purpose>('normal', 'high', 'probe', 'ack'),
    airtimeMs: fc.double({ min: 10, max: 6000, noNaN: true }),
    times: fc.integer({ min: 1, max: 20 }),
    cut: fc.boolean(),
    originMs: fc.integer({ min: 0, max: 1e7 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { time, open } = rig();
      const sent: (readonly [number, number])[] = [];
      let realMs = 0;
      let budget = await open();
      for (const { pauseMs, purpose, airtimeMs, times, cut, originMs } of steps) {
        realMs += pauseMs;
        time.nowMs += pauseMs;
        if (cut) {
          time.nowMs = originMs;
          budget = await open();
        }
        for (let count = 0; count < times; count += 1) {
          const what = claim(purpose, airtimeMs);
          if (budget.waitMs(what) > 0) break;
          if (!budget.isWritten(airtimeMs)) await budget.writeAhead(airtimeMs);
          if (!budget.take(what)) break;
          realMs += airtimeMs;
          time.nowMs += airtimeMs;
          budget.settle(what);
          sent.push([realMs, airtimeMs]);
        }
      }
      expect(fullestHourMs(sent)).toBeLessThanOrEqual(BUDGET_MS);
    }),
    { numRuns: 300 },
  );
});
