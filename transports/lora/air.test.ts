import { EMPTY, NEVER, Observable, of, Subject, type Subscriber } from 'rxjs';
import { expect, test } from 'vitest';
import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { clockScheduler } from '../clock-scheduler.ts';
import { openAir } from './air.ts';
import type { Burst, DueAck, Step } from './burst.ts';

const TIMING = { turnaroundMs: 5, slotMs: 7 };
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
const rig = (clear: Observable<void> = of(undefined)) => {
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
  const scheduler = clockScheduler(clock);
  return {
    air: openAir({ radio, scheduler, timing: TIMING, clear: () => clear }),
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
  const { air, clock, sent, txDone } = rig();
  air.acknowledge(ACK);
  air.burst(burst(DATA)).subscribe();
  await clock.advance(50);
  expect(sent).toEqual(['5 3']);
  txDone();
  expect(sent).toEqual(['5 3', '50 1']);
});

test('an acknowledgement due while the channel is sensed is not held up by it', async () => {
  const clear = new Subject<void>();
  const { air, clock, sent, txDone } = rig(clear);
  air.burst(burst(DATA)).subscribe();
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
  const { air, clock, sent, txDone } = rig();
  air.burst(burst(DATA, MORE)).subscribe();
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

test('a burst that nobody waits for any more ends with the frame on the air', async () => {
  const { air, sent, txDone } = rig();
  const unwanted = air.burst(burst(DATA, MORE)).subscribe();
  unwanted.unsubscribe();
  air.burst(burst(OTHER)).subscribe();
  expect(sent).toEqual(['0 1']);
  txDone();
  expect(sent).toEqual(['0 1', '0 5']);
});

test('a radio that fails fails the burst, and is free for what comes next', async () => {
  const { air, clock, sent, fail, txDone } = rig();
  const faults: Error[] = [];
  air.burst(burst(DATA, MORE)).subscribe({ error: (fault) => faults.push(fault) });
  fail();
  expect(faults).toMatchObject([{ message: 'TxDone never came' }]);
  air.acknowledge(ACK);
  await clock.advance(50);
  fail();
  air.burst(burst(DATA)).subscribe();
  txDone();
  expect(sent).toEqual(['0 1', '5 3', '50 1']);
});

test('after asking for more it leaves the peer a slot to go on in', async () => {
  const { air, clock, sent, txDone } = rig();
  air.acknowledge(ack(3, true));
  air.burst(burst(DATA)).subscribe();
  await clock.advance(50);
  txDone();
  await clock.advance(6);
  expect(sent).toEqual(['5 3']);
  await clock.advance(50);
  expect(sent).toEqual(['5 3', '57 1']);
});
