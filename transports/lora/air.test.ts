import {
  EMPTY,
  NEVER,
  Observable,
  type Observer,
  of,
  Subject,
  type Subscriber,
  Subscription,
  take,
} from 'rxjs';
import { expect, test } from 'vitest';
import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { Air } from './air.ts';
import type { Burst, DueAck, Step } from './burst.ts';
import type { Purpose } from './duty-cycle-budget.ts';
import { type Grants, unlimited } from './duty-cycle-grants.ts';
import type { Ending } from './ending.ts';
import { Absences } from './rate-absence.ts';
import type { Turn } from './turn.ts';

const TIMING = { turnaroundMs: 5, yieldMs: 7 };
const [DATA, MORE, OTHER] = [1, 2, 5].map((value) => Uint8Array.of(value)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

const burst = (...steps: readonly Step[]): Burst => ({
  dst: 2,
  steps,
  airtimeMs: 0,
  carrying: () => null,
});

/** An acknowledgement that the transcript names by its sequence number. */
const ack = (seq: number, asksForMore = false): DueAck => ({
  frame: { type: 'ack', snrMargin: 0, net: 0, dst: 2, seq, bitmapBytes: 1, bitmap: 1 },
  by: 1,
  asksForMore,
  mayRide: true,
});
const [ACK, ACK_2] = [ack(3), ack(4)];

/** An air over a radio that sends until the test says TxDone. */
const rig = (clear: Observable<void> = of(undefined), grants: Grants = unlimited) => {
  const clock = new HeapClock();
  const sent: string[] = [];
  let sending: Subscriber<never> | null = null;
  const radio: Radio = {
    modulation: presets.paper,
    receptions: new Subject<Reception>(),
    transmit: (frame) =>
      new Observable((subscriber) => {
        expect(sending).toBeNull();
        sending = subscriber;
        sent.push(`${clock.now()} ${frame[4] ?? frame[0]}`);
      }),
    senseActivity: () => of({ detected: false, receiving: false, rssiDbm: -120 }),
    troubles: NEVER,
    tune: () => EMPTY,
    close: () => {},
  };
  const txDone = (): void => {
    const done = sending;
    sending = null;
    done?.complete();
  };
  let looking = Subscription.EMPTY;
  const access = {
    clear: (_: unknown, ending: Ending): void => {
      looking = clear.pipe(take(1)).subscribe(() => ending.complete());
    },
    leave: () => looking.unsubscribe(),
  };
  const air = new Air({
    ...{ radio, clock, timing: TIMING, grants },
    ...{ access, absences: new Absences(clock), catchUp: () => {} },
    messages: () => 1,
  });
  const say = (
    burst: Burst,
    purpose: Purpose = 'normal',
    told?: Partial<Observer<Uint8Array>>,
  ): Turn => {
    const deaf = { next: () => {}, error: () => {}, complete: () => {} };
    const turn = air.turn({ burst, purpose, observer: { ...deaf, ...told } });
    turn.begin();
    return turn;
  };
  return {
    ...{ air, say },
    clock,
    sent,
    txDone,
    fail: () => {
      const failing = sending;
      sending = null;
      failing?.error(new Error('TxDone never came'));
    },
  };
};

test('an acknowledgement goes after the turnaround, before a burst that waits', async () => {
  const { air, clock, sent, txDone, say } = rig();
  air.acknowledge(ACK);
  say(burst(DATA));
  await clock.advance(50);
  expect(sent).toEqual(['5 3']);
  txDone();
  expect(sent).toEqual(['5 3', '50 1']);
});

test('an acknowledgement due while the channel is sensed is not held up by it', async () => {
  const clear = new Subject<void>();
  const { air, clock, sent, txDone, say } = rig(clear);
  say(burst(DATA));
  air.acknowledge(ACK);
  expect(clear.observed).toBe(false);
  await clock.advance(50);
  expect(sent).toEqual(['5 3']);
  txDone();
  expect(clear.observed).toBe(true);
  clear.next();
  expect(sent).toEqual(['5 3', '50 1']);
});

test('an acknowledgement never goes while the radio sends, but right after', async () => {
  const { air, clock, sent, txDone, say } = rig();
  say(burst(DATA, MORE));
  air.acknowledge(ACK);
  air.acknowledge(ACK_2);
  await clock.advance(50);
  expect(sent).toEqual(['0 1']);
  txDone();
  txDone();
  expect(sent).toEqual(['0 1', '50 2', '50 3']);
  txDone();
  await clock.advance(50);
  expect(sent.slice(3)).toEqual(['55 4']);
});

test('of acknowledgements without end that are due while it sends, eight go', async () => {
  const { air, clock, sent, txDone, say } = rig();
  say(burst(DATA));
  for (let seq = 10; seq < 1000; seq += 1) air.acknowledge(ack(seq & 0xff));
  for (let count = 0; count < 20; count += 1) {
    txDone();
    await clock.advance(10);
  }
  expect(sent.slice(1).map((line) => line.split(' ')[1])).toEqual([
    '10',
    '11',
    '12',
    '13',
    '14',
    '15',
    '16',
    '17',
  ]);
  air.acknowledge(ACK);
  await clock.advance(10);
  expect(sent).toHaveLength(10);
});

test('a burst that nobody waits for any more ends with the frame on the air', async () => {
  const { sent, txDone, say } = rig();
  const unwanted = say(burst(DATA, MORE));
  unwanted.withdraw();
  say(burst(OTHER));
  expect(sent).toEqual(['0 1']);
  txDone();
  expect(sent).toEqual(['0 1', '0 5']);
});

test('a radio that fails fails the burst, and is free for what comes next', async () => {
  const { air, clock, sent, fail, txDone, say } = rig();
  const faults: Error[] = [];
  say(burst(DATA, MORE), 'normal', { error: (fault) => faults.push(fault) });
  fail();
  expect(faults).toMatchObject([{ message: 'TxDone never came' }]);
  air.acknowledge(ACK);
  await clock.advance(50);
  fail();
  say(burst(DATA));
  txDone();
  expect(sent).toEqual(['0 1', '5 3', '50 1']);
});

test('after asking for more it leaves the peer time to go on in', async () => {
  const { air, clock, sent, txDone, say } = rig();
  air.acknowledge(ack(3, true));
  say(burst(DATA));
  await clock.advance(50);
  txDone();
  await clock.advance(6);
  expect(sent).toEqual(['5 3']);
  await clock.advance(50);
  expect(sent).toEqual(['5 3', '57 1']);
});

/** Leave as the test gives it, and what became of it. */
const givenLeave = () => {
  const leave = new Subject<void>();
  const told: string[] = [];
  let isGiven = true;
  const grants: Grants = {
    ...unlimited,
    leave: ({ purpose, airtimeMs }, ending) => ({
      await: () => {
        told.push(`await ${purpose} ${airtimeMs}`);
        leave.pipe(take(1)).subscribe(() => ending.complete());
      },
      giveUp: () => {},
    }),
    take: ({ purpose }) => {
      told.push(`${isGiven ? 'take' : 'no'} ${purpose}`);
      if (!isGiven) return null;
      return { sent: (ms) => told.push(`sent ${Math.round(ms)}`), end: () => told.push('end') };
    },
  };
  const give = (isNowGiven: boolean): void => {
    isGiven = isNowGiven;
  };
  return { grants, leave, told, give };
};
const FRAME_MS = Math.round(airtimeMs(presets.paper, 1));

test('a burst waits for leave for all of it, and accounts for each frame', () => {
  const { grants, leave, told } = givenLeave();
  const { sent, txDone, say } = rig(of(undefined), grants);
  say({ ...burst(DATA, MORE), airtimeMs: 50 }, 'high');
  expect([sent, told]).toEqual([[], ['await high 50']]);
  leave.next();
  txDone();
  expect(sent).toEqual(['0 1', '0 2']);
  txDone();
  expect(told.slice(1)).toEqual(['take high', `sent ${FRAME_MS}`, `sent ${FRAME_MS}`, 'end']);
});

test('leave that is gone once the channel is clear is waited for again', () => {
  const clear = new Subject<void>();
  const { grants, leave, told, give } = givenLeave();
  const { sent, say } = rig(clear, grants);
  say(burst(DATA));
  leave.next();
  give(false);
  clear.next();
  expect([sent, told]).toEqual([[], ['await normal 0', 'no normal', 'await normal 0']]);
  give(true);
  leave.next();
  clear.next();
  expect(sent).toEqual(['0 1']);
});

test('what a burst did not send it gives back', () => {
  const { grants, leave, told } = givenLeave();
  const { txDone, say } = rig(of(undefined), grants);
  const unwanted = say(burst(DATA, MORE));
  leave.next();
  unwanted.withdraw();
  txDone();
  expect(told.slice(2)).toEqual([`sent ${FRAME_MS}`, 'end']);
});

test('a frame that failed may have been on the air', () => {
  const { grants, leave, told } = givenLeave();
  const { fail, say } = rig(of(undefined), grants);
  say(burst(DATA, MORE));
  leave.next();
  fail();
  expect(told.slice(2)).toEqual([`sent ${FRAME_MS}`, 'end']);
});

test('an acknowledgement without leave is left out, and holds nothing up', async () => {
  const { grants, told, give } = givenLeave();
  const { air, clock, sent } = rig(of(undefined), grants);
  give(false);
  air.acknowledge(ACK);
  await clock.advance(50);
  expect([sent, told]).toEqual([[], ['no ack']]);
  give(true);
  air.acknowledge(ACK_2);
  await clock.advance(50);
  expect(sent).toEqual(['55 4']);
});

test('no burst begins while it is held, but acknowledgements go', async () => {
  const { air, clock, sent, txDone, say } = rig();
  air.hold(true);
  say(burst(DATA));
  air.acknowledge(ACK);
  await clock.advance(50);
  txDone();
  expect(sent).toEqual(['5 3']);
  air.hold(false);
  expect(sent).toEqual(['5 3', '50 1']);
});

test('closed it sends nothing more than the frame on the air', async () => {
  const { air, clock, sent, txDone, say } = rig();
  say(burst(DATA, MORE));
  say(burst(OTHER));
  air.acknowledge(ACK);
  air.close();
  txDone();
  await clock.advance(50);
  expect(sent).toEqual(['0 1']);
});
