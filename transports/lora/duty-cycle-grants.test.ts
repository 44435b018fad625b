import { expect, test } from 'vitest';
import type { Clock } from '../../drivers/clock/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { HOUR_MS } from './duty-cycle.ts';
import type { Purpose } from './duty-cycle-budget.ts';
import { dutyCycleGrants, unlimited } from './duty-cycle-grants.ts';
import type { AirtimeRecord, PastAirtime } from './interface.ts';

const BUDGET_MS = 36_000;

const rig = (record?: AirtimeRecord) => {
  const clock = new HeapClock();
  let leaptMs = 0;
  const leaping: Clock = {
    now: () => clock.now() + leaptMs,
    setTimeout: (callback, delayMs) => clock.setTimeout(callback, delayMs),
    clearTimeout: (id) => clock.clearTimeout(id),
    work: (latencyMs, start) => clock.work(latencyMs, start),
  };
  const leap = (byMs: number): void => {
    leaptMs += byMs;
  };
  const tuned = { ...presets.paper } as { frequencyHz: number; bandwidthHz: number };
  const grants = dutyCycleGrants({
    modulation: () => ({ ...presets.paper, ...tuned }),
    clock: leaping,
    record,
  });
  const wait = (purpose: Purpose, airtimeMs: number) => {
    const result = { atMs: null as number | null, fault: null as unknown };
    const leave = grants.leave(
      { purpose, airtimeMs },
      {
        complete: () => {
          result.atMs = clock.now();
        },
        error: (fault) => {
          result.fault = fault;
        },
      },
    );
    leave.await();
    return Object.assign(result, { giveUp: () => leave.giveUp() });
  };
  const send = (purpose: Purpose, airtimeMs: number): boolean => {
    const grant = grants.take({ purpose, airtimeMs });
    grant?.sent(airtimeMs);
    grant?.end();
    return grant !== null;
  };
  return { clock, leap, grants, tuned, wait, send };
};

test('leave is given at once while there is room, and else when the hour has slid far enough', async () => {
  const { clock, wait, send } = rig();
  expect(wait('normal', 20_000).atMs).toBe(0);
  send('normal', 20_000);
  await clock.advance(1000);
  send('normal', 10_000);
  const waiting = wait('normal', 5000);
  await clock.advance(HOUR_MS);
  // 2.632 s of the first 20 s have to be an hour old when the 5 s end.
  expect(waiting.atMs).toBeCloseTo(HOUR_MS - 20_000 + 2632.4 - 5000, -1);
});

test('what takes more than an hour allows fails with an advice', () => {
  expect(rig().wait('normal', 0.9 * BUDGET_MS).fault).toMatchObject({
    code: 'LINK_DUTY_CYCLE',
    message: expect.stringMatching(/868-868.6 MHz .*\(1 %\).*send less/),
  });
});

test('what is not sent in the end is not spent', () => {
  const { grants } = rig();
  const grant = grants.take({ purpose: 'normal', airtimeMs: 30_000 });
  expect(grants.state()).toMatchObject({ usedMs: 30_000 });
  grant?.sent(400);
  grant?.end();
  expect(grants.state()).toMatchObject({ usedMs: 400 });
});

test('every sub-band has its own budget', () => {
  const { grants, tuned, send } = rig();
  send('normal', 30_000);
  tuned.frequencyHz = 869_525_000;
  expect(grants.state()).toMatchObject({ subBand: '869.4-869.65 MHz', limit: 0.1, usedMs: 0 });
  tuned.frequencyHz = 868_300_000;
  expect(grants.state()).toMatchObject({ subBand: '868-868.6 MHz', usedMs: 30_000 });
  tuned.frequencyHz = 915_000_000;
  expect(() => grants.state()).toThrow(expect.objectContaining({ code: 'LINK_FREQUENCY' }));
});

test('tuned out of every sub-band nothing is taken, and who asks for leave is told why', () => {
  const { grants, tuned, wait, send } = rig();
  tuned.frequencyHz = 915_000_000;
  expect([send('ack', 10), grants.mayProbe()]).toEqual([false, true]);
  expect(wait('normal', 10).fault).toMatchObject({ code: 'LINK_FREQUENCY' });
});

test('leave that is given up never comes, whatever it waits for', async () => {
  const { clock, wait, send } = rig({ load: () => [], save: async () => {} });
  const unwritten = wait('normal', 100);
  unwritten.giveUp();
  await clock.advance(10);
  expect(send('normal', 100)).toBe(true);
  send('normal', 32_000);
  const waiting = wait('normal', 1000);
  waiting.giveUp();
  await clock.advance(2 * HOUR_MS);
  expect([unwritten.atMs, waiting.atMs]).toEqual([null, null]);
});

test('a disk that cannot be written fails what needs it', async () => {
  const failing = { load: () => [], save: () => Promise.reject(new Error('read-only')) };
  const { clock, wait } = rig(failing);
  const waiting = wait('normal', 100);
  await clock.advance(1);
  expect(waiting).toMatchObject({ atMs: null, fault: { code: 'LINK_AIRTIME_RECORD' } });
});

test('waiting shows in the record, so that a restart does not begin it anew', async () => {
  const saved: (readonly PastAirtime[])[] = [];
  const full = [[0, BUDGET_MS]] as const;
  const { clock, wait } = rig({ load: () => full, save: async (_, past) => void saved.push(past) });
  wait('normal', 1000);
  await clock.advance(HOUR_MS / 2);
  expect(saved.length).toBeLessThan(10);
  expect(saved.at(-1)?.[0]?.[0]).toBeGreaterThan(0.4 * HOUR_MS);
});

test('a clock that leaps frees what an hour has passed over, once', async () => {
  const { clock, leap, wait, send } = rig();
  send('normal', 30_000);
  const waiting = wait('normal', 10_000);
  // Suspended for fifty minutes, in which no timer ran: then every timer is late.
  leap(50 * 60_000);
  await clock.advance(60_000);
  expect([waiting.atMs, send('normal', 10_000)]).toEqual([null, false]);
  await clock.advance(14 * 60_000);
  expect(waiting.atMs).not.toBeNull();
  expect([send('normal', 10_000), send('normal', 30_000)]).toEqual([true, false]);
  leap(-HOUR_MS);
  expect(send('normal', 30_000)).toBe(false);
});

test('a bench may send without end', () => {
  let sent = 0;
  const complete = (): void => {
    sent += 1;
  };
  unlimited.leave({ purpose: 'normal', airtimeMs: 1e9 }, { complete, error: () => {} }).await();
  expect([sent, unlimited.take({ purpose: 'normal', airtimeMs: 1e9 }), unlimited.state()]).toEqual([
    1,
    expect.anything(),
    null,
  ]);
});
