import { Observable, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Activity, Reception } from '../../drivers/radio/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { ChannelAccess } from './channel-access.ts';
import { encodeFrame, type Frame } from './frame.ts';

const SLOT_MS = 10;
const LOOK_MS = 2;
const HEARD_MS = 150;
const BURST_MS = 100;
const FRAME_MS = airtimeMs(presets.paper, 255);
const QUIET: Activity = { detected: false, receiving: false, rssiDbm: -115 };

/** A channel that is as the test says at each moment, or looking at it fails; and an access to it. */
const rig = (activityAt: (nowMs: number) => Partial<Activity> | TiesError, seed = 1) => {
  const clock = new HeapClock();
  const receptions = new Subject<Reception>();
  let looks = 0;
  const radio = {
    modulation: presets.paper,
    receptions,
    senseActivity: () =>
      new Observable<Activity>((subscriber) => {
        const look = (): void => {
          looks += 1;
          const activity = activityAt(clock.now());
          if (activity instanceof TiesError) subscriber.error(activity);
          else subscriber.next({ ...QUIET, ...activity });
          subscriber.complete();
        };
        const timer = clock.setTimeout(look, LOOK_MS);
        return () => clock.clearTimeout(timer);
      }),
  };
  /** What was heard and not noted yet. */
  const heard: (readonly [Frame, Reception, boolean])[] = [];
  const timing = { slotMs: SLOT_MS, guardMs: 15, backOffSlots: () => 4 };
  const access: ChannelAccess = new ChannelAccess({
    radio,
    random: seededRandom(seed, 'access'),
    clock,
    timing,
    catchUp: () => {
      for (const [frame, reception, isForUs] of heard.splice(0))
        access.heard(frame, reception, isForUs);
    },
  });
  /** When the channel was taken. */
  const taken = (isUrgent = false, messages = 1) => {
    const result = { atMs: null as number | null, code: '', cancel: () => {} };
    access.clear(
      { isUrgent, messages, airtimeMs: BURST_MS },
      {
        complete: () => {
          result.atMs = clock.now();
        },
        error: ({ code }) => {
          result.code = code;
        },
      },
    );
    result.cancel = () => access.leave();
    return result;
  };
  /** A frame that ends now. */
  const hear = (frame: Frame, isForUs = false): void => {
    const endMs = clock.now();
    const reception = { startMs: endMs - HEARD_MS, endMs, rssiDbm: -60, snrDb: 9 };
    heard.push([frame, { ...reception, frame: encodeFrame(frame) }, isForUs]);
    receptions.next({ ...reception, frame: encodeFrame(frame) });
  };
  return { access, clock, taken, hear, looks: () => looks, close: () => receptions.complete() };
};

const route = { net: 1, src: 3, dst: 4, seq: 0, last: 0 };
const data: Frame = {
  type: 'data',
  ...route,
  ackWanted: true,
  index: 0,
  payload: new Uint8Array(50),
};
const ack = (dst: number): Frame => {
  return { type: 'ack', snrMargin: 0, net: 1, dst, seq: 0, bitmapBytes: 1, bitmap: 1 };
};

const BUSY_UNTIL_MS = 200;

/** How long after the end of a frame, heard or collided, the channel is taken, by seed. */
const delaysAfterFrame = async (
  isHeard: boolean,
  isUrgent = false,
  messages = 1,
): Promise<number[]> => {
  const delays = Array.from({ length: 60 }, async (_, seed) => {
    const { clock, hear, taken } = rig((nowMs) => {
      const isBusy = nowMs < BUSY_UNTIL_MS;
      return isHeard ? { receiving: isBusy } : { detected: isBusy };
    }, seed);
    await clock.advance(BUSY_UNTIL_MS - HEARD_MS + 10);
    const taking = taken(isUrgent, messages);
    await clock.advance(HEARD_MS - 10);
    if (isHeard) hear(ack(9));
    await clock.advance(5000);
    return (taking.atMs as number) - BUSY_UNTIL_MS;
  });
  return Promise.all(delays);
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test('an idle channel is taken after one look, time and again', async () => {
  const { clock, taken, looks } = rig(() => ({}));
  for (const count of [1, 2, 3]) {
    const taking = taken();
    const startMs = clock.now();
    await clock.advance(100);
    expect(taking.atMs).toBe(startMs + LOOK_MS);
    expect(looks()).toBe(count);
  }
});

test.each<[string, Partial<Activity>]>([
  ['chirps are detected', { detected: true }],
  ['the modem receives', { receiving: true }],
  ['the power is well over the floor', { rssiDbm: -100 }],
])('it is not taken while %s', async (_, activity) => {
  const { clock, taken } = rig((nowMs) => (nowMs > 200 && nowMs < 600 ? activity : {}));
  taken();
  await clock.advance(300);
  const taking = taken();
  await clock.advance(300);
  expect(taking.atMs).toBeNull();
  await clock.advance(2000);
  expect(taking.atMs).toBeGreaterThan(600);
});

test('once it was busy, some idle time passes first, differently much each time', async () => {
  const delays = await delaysAfterFrame(true);
  expect(new Set(delays).size).toBeGreaterThan(40);
  expect(Math.min(...delays)).toBeGreaterThan(SLOT_MS);
  expect(Math.max(...delays)).toBeLessThan(6 * SLOT_MS);
});

test('what is urgent waits for less', async () => {
  const [urgent, other] = [await delaysAfterFrame(true, true), await delaysAfterFrame(true)];
  expect(mean(urgent)).toBeLessThan(mean(other) - SLOT_MS);
});

test('after a collision those who wait look at different moments', async () => {
  const delays = await delaysAfterFrame(false);
  expect(new Set(delays.map(Math.round)).size).toBeGreaterThan(10);
  expect(Math.max(...delays)).toBeLessThan(40 * SLOT_MS);
});

test('whoever has more to send waits for less', async () => {
  const [eight, one] = [await delaysAfterFrame(true, false, 8), await delaysAfterFrame(true)];
  expect(mean(eight)).toBeLessThan(mean(one) - SLOT_MS);
});

test('who finds somebody time and again and hears nobody looks ever less often', async () => {
  const { clock, taken, looks } = rig(() => ({ detected: true }));
  taken();
  await clock.advance(7 * FRAME_MS);
  expect(looks()).toBeLessThan(14);
});

/**
 * Somebody was heard, then it is idle for 5 ms, then somebody is heard again: how long after the
 * latest of these the channel is taken. The second frame may be for us, and be answered.
 */
const delayAfterPause = async (seed: number, second: 'none' | 'others' | 'ours') => {
  const from = { ms: Number.POSITIVE_INFINITY };
  const isOnAir = (nowMs: number) => nowMs >= from.ms && nowMs < from.ms + HEARD_MS;
  const { clock, hear, taken } = rig((nowMs) => ({ receiving: isOnAir(nowMs) }), seed);
  hear(ack(9));
  if (second !== 'none') from.ms = SLOT_MS + 5;
  let taking = taken();
  await clock.advance(SLOT_MS + 5);
  if (second !== 'none') {
    await clock.advance(HEARD_MS);
    hear(second === 'ours' ? data : ack(9), second === 'ours');
  }
  if (second === 'ours') {
    taking.cancel();
    await clock.advance(50);
    taking = taken();
  }
  const latestMs = second === 'none' ? 0 : clock.now();
  await clock.advance(1000);
  return (taking.atMs as number) - latestMs;
};

test('time in which others send does not count, and none is waited for twice', async () => {
  for (let seed = 0; seed < 30; seed += 1) {
    const alone = await delayAfterPause(seed, 'none');
    if (alone < SLOT_MS + 5 + LOOK_MS) continue;
    expect(await delayAfterPause(seed, 'others')).toBeCloseTo(alone - 5, 6);
    expect(await delayAfterPause(seed, 'ours')).toBeCloseTo(alone - SLOT_MS - 5, 6);
  }
});

describe('the gap before an acknowledgement', () => {
  test('is not taken, though nothing is on the air in it', async () => {
    const { clock, hear, taken } = rig(() => ({}));
    await clock.advance(1000);
    hear(data);
    const taking = taken();
    await clock.advance(15 + airtimeMs(presets.paper, 6));
    expect(taking.atMs).toBeNull();
    await clock.advance(500);
    expect(taking.atMs).not.toBeNull();
  });

  test('nor is it when the frame ends while one looks', async () => {
    const { clock, hear, taken } = rig(() => ({}));
    const taking = taken();
    clock.setTimeout(() => hear(data), LOOK_MS / 2);
    await clock.advance(20);
    expect(taking.atMs).toBeNull();
  });

  test('is our own where the frame is for us', async () => {
    const { clock, hear, taken } = rig(() => ({}));
    hear(data, true);
    const taking = taken();
    await clock.advance(20);
    expect(taking.atMs).toBe(LOOK_MS);
  });
});

describe('a channel that is never clear', () => {
  test('is noise, and taken after the time of eight long frames', async () => {
    const { clock, taken } = rig(() => ({ detected: true }));
    const taking = taken();
    await clock.advance(8 * FRAME_MS);
    expect(taking.atMs).toBeNull();
    await clock.advance(20 * SLOT_MS);
    expect(taking.atMs).not.toBeNull();
  });

  test('with frames on it is somebody who does not stop, and taken after 32', async () => {
    const { clock, hear, taken } = rig(() => ({ detected: true }));
    const taking = taken();
    while (taking.atMs === null && clock.now() < 40 * FRAME_MS) {
      await clock.advance(HEARD_MS);
      hear(data);
    }
    expect(taking.atMs).toBeGreaterThan(32 * FRAME_MS);
    expect(taking.atMs).toBeLessThan(34 * FRAME_MS);
  });

  test('stays so though the waiting is interrupted over and over', async () => {
    const { clock, taken } = rig(() => ({ detected: true }));
    let taking = taken();
    for (let nowMs = 0; nowMs < 12 * FRAME_MS && taking.atMs === null; nowMs += 30) {
      taking.cancel();
      await clock.advance(5);
      taking = taken();
      await clock.advance(25);
    }
    expect(taking.atMs).not.toBeNull();
  });

  test('because of steady power delays a few frames, and then none', async () => {
    const { clock, taken } = rig((nowMs) => (nowMs < 1000 ? {} : { rssiDbm: -90 }));
    const delays: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      const startMs = clock.now();
      const taking = taken();
      while (taking.atMs === null) await clock.advance(LOOK_MS);
      delays.push((taking.atMs as number) - startMs);
      await clock.advance(500);
    }
    expect(Math.max(...delays)).toBeGreaterThan(7 * FRAME_MS);
    expect(delays.filter((ms) => ms > FRAME_MS).length).toBeLessThanOrEqual(2);
    expect(delays.at(-1)).toBeLessThan(10 * (SLOT_MS + LOOK_MS));
  });
});

describe('a look that fails', () => {
  const failing = (code: string, untilMs: number) =>
    rig((nowMs) => (nowMs < untilMs ? new TiesError(code, 'Look at it.') : {}));

  test('for once, as the radio had to heal itself, is taken again', async () => {
    const { clock, taken, looks } = failing('RADIO_HEALED', 5);
    const taking = taken();
    await clock.advance(500);
    expect(taking).toMatchObject({ code: '', atMs: expect.any(Number) });
    expect(looks()).toBe(2);
  });

  test('time and again holds nothing up for ever', async () => {
    const { clock, taken } = failing('RADIO_HEALED', Number.POSITIVE_INFINITY);
    const taking = taken();
    await clock.advance(9 * FRAME_MS);
    expect(taking.atMs).toBeGreaterThan(8 * FRAME_MS);
  });

  test('for good is told', async () => {
    const { clock, taken } = failing('RADIO_BROKEN', Number.POSITIVE_INFINITY);
    const taking = taken();
    await clock.advance(500);
    expect(taking).toMatchObject({ code: 'RADIO_BROKEN', atMs: null });
  });
});

test.each([1, 5, 60])('who leaves after %i ms leaves no timer', async (afterMs) => {
  const { clock, taken } = rig((nowMs) => ({ detected: nowMs < 5000 }));
  const taking = taken();
  await clock.advance(afterMs);
  taking.cancel();
  const { fired } = clock;
  await clock.advance(1000);
  expect(clock.fired - fired).toBe(0);
});

test('one closed while a busy channel is waited for is told', async () => {
  const { clock, taken, close } = rig((nowMs) =>
    nowMs < 10 ? { detected: true } : new TiesError('RADIO_CLOSED', 'closed'),
  );
  const taking = taken();
  await clock.advance(5);
  close();
  await clock.advance(500);
  expect(taking).toMatchObject({ code: 'RADIO_CLOSED', atMs: null });
});

test('after silences it holds back for long only where somebody is hidden', async () => {
  const pauses = async (knowsHidden: boolean): Promise<number> => {
    const { access, clock, hear, taken } = rig(() => ({}));
    for (let count = 0; count < 5 && knowsHidden; count += 1) hear(ack(9));
    for (let silences = 1; silences < 9; silences += 1) access.backOffMs(silences);
    await clock.advance(20_000);
    taken();
    await clock.advance(1000);
    return access.backOffMs(9);
  };
  expect(await pauses(false)).toBeLessThanOrEqual(4 * SLOT_MS);
  expect(await pauses(true)).toBeGreaterThan(10 * SLOT_MS);
});
