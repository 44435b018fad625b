import { defer, NEVER, Subject, switchMap, timer } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import { clockScheduler } from '../clock-scheduler.ts';
import { openAir } from './air.ts';
import { type Answer, answerOf, carriedAnswer } from './answer.ts';
import { clearChannel } from './channel-access.ts';
import { requireFits } from './fragments.ts';
import { type AnnounceFrame, decodeFrame } from './frame.ts';
import { BROADCAST, type IncomingMessage, type Link } from './interface.ts';
import { Outbox } from './outbox.ts';
import { randomBelow } from './random-below.ts';
import { Absences } from './rate-absence.ts';
import { RateControl } from './rate-control.ts';
import { announcedMs, RateShift } from './rate-shift.ts';
import { rateSteps } from './rate-steps.ts';
import { Reassembly } from './reassembly.ts';
import { receiveAckRequest, receivePiece } from './receiving.ts';
import { exchange, type Sending } from './sending.ts';
import { linkTiming } from './timing.ts';

/** From RxDone of a frame to its ack's first bit on a Raspberry Pi, over SPI. *est.* */
export const TURNAROUND_MS = 5;
/** After a message one to so many slots are left free, for the peer may have something to say. */
const REST_SLOTS = 3;

export interface LoraLinkInput {
  readonly radio: Radio;
  readonly clock: Clock;
  readonly random: Random;
  /** Addresses to take messages for, besides broadcast. */
  readonly addresses: readonly number[];
  readonly turnaroundMs?: number;
}

/**
 * The LoRa link over one radio, whose modulation is the base rate all listen on. Closing it leaves
 * the radio to whoever opened that.
 */
export const loraLink = (input: LoraLinkInput): Link => {
  const { radio, clock, random, turnaroundMs = TURNAROUND_MS } = input;
  const base = radio.modulation;
  const steps = rateSteps(base);
  const timing = linkTiming(base, turnaroundMs);
  const scheduler = clockScheduler(clock);
  const absences = new Absences(scheduler);
  const idle = clearChannel({ radio, random, scheduler, timing });
  const air = openAir({
    radio,
    scheduler,
    timing,
    clear: (dst) =>
      shift.away.pipe(switchMap((away) => (away ? NEVER : absences.whenBack(dst, idle)))),
  });
  const shift = new RateShift({ air, radio, base, timing, scheduler });
  const answers = new Subject<Answer>();
  const messages = new Subject<IncomingMessage>();
  const rates = new RateControl(steps);
  const link = { air, radio, shift };
  const sending: Sending = { ...link, answers, steps, rates, timing, random, scheduler };
  const receiving = { ...link, reassembly: new Reassembly(timing) };
  let own = new Set(input.addresses);
  let seq = randomBelow(random, 256);
  const nextSeq = (): number => {
    seq = (seq + 1) & 0xff;
    return seq;
  };
  const queue = new Outbox({
    exchange: (message) => exchange(message, nextSeq(), sending),
    rest: () => timer((1 + randomBelow(random, REST_SLOTS)) * timing.slotMs, scheduler),
  });

  const hearAnnouncement = (announced: AnnounceFrame, { endMs }: Reception): void => {
    const modulation = steps[announced.step];
    if (modulation === undefined) return;
    if (own.has(announced.dst)) shift.follow(modulation, announced);
    else {
      const ackMs = timing.ackTimeoutMs(announced.last, modulation);
      const backMs = endMs + 2 * timing.guardMs + announcedMs(modulation, announced) + ackMs;
      for (const address of [announced.src, announced.dst]) absences.note(address, backMs);
    }
  };

  const hear = (reception: Reception): void => {
    const frame = decodeFrame(reception.frame);
    if (frame === null) return;
    const { startMs } = reception;
    const heard = { startMs, spreadingFactor: radio.modulation.spreadingFactor };
    if (frame.type === 'ack') {
      answers.next(answerOf(frame, heard));
      return;
    }
    if (frame.type === 'announce') {
      hearAnnouncement(frame, reception);
      return;
    }
    if (frame.dst !== BROADCAST && !own.has(frame.dst)) return;
    if (frame.type === 'ackRequest') {
      receiveAckRequest(frame, reception, receiving);
      return;
    }
    const answer = carriedAnswer(frame, heard);
    if (answer !== null) answers.next(answer);
    const message = receivePiece(frame, reception, receiving);
    if (message !== null) messages.next(message);
  };
  const hearing = radio.receptions.subscribe(hear);

  return {
    messages,
    send: (message) =>
      defer(() => {
        requireFits(message.payload);
        return queue.send(message);
      }),
    listenAs: (addresses) => {
      own = new Set(addresses);
    },
    close: () => {
      hearing.unsubscribe();
      queue.close();
      shift.close();
      air.close();
      messages.complete();
    },
  };
};
