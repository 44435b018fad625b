import { defer, type Observer, Subject, Subscription } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { Air } from './air.ts';
import { type Answer, answerOf, carriedAnswer } from './answer.ts';
import { ChannelAccess } from './channel-access.ts';
import { dutyCycleGrants, unlimited } from './duty-cycle-grants.ts';
import { Exchange } from './exchange.ts';
import { requireFits } from './fragments.ts';
import { type AnnounceFrame, decodeFrame } from './frame.ts';
import { hearingOf, memoryMs } from './heard.ts';
import {
  type AirtimeRecord,
  BROADCAST,
  type Delivery,
  type IncomingMessage,
  type Link,
  type OutgoingMessage,
} from './interface.ts';
import { Outbox, type Sent } from './outbox.ts';
import { Overhearing } from './overhearing.ts';
import { randomBelow } from './random-below.ts';
import { Absences } from './rate-absence.ts';
import { RateControl } from './rate-control.ts';
import { announcedMs, RateShift } from './rate-shift.ts';
import { rateSteps } from './rate-steps.ts';
import { Reassembly } from './reassembly.ts';
import { receiveAckRequest, receivePiece } from './receiving.ts';
import { firstClaim, type Sending } from './sending.ts';
import { SilentPeers } from './silent-peers.ts';
import { linkTiming } from './timing.ts';

/** From RxDone of a frame to its ack's first bit on a Raspberry Pi, over SPI. *est.* */
export const TURNAROUND_MS = 5;

export interface LoraLinkInput {
  readonly radio: Radio;
  readonly clock: Clock;
  readonly random: Random;
  /** Addresses to take messages for, besides broadcast. */
  readonly addresses: readonly number[];
  readonly turnaroundMs?: number;
  /** `unlimited` is for benches and for where another law holds; default `eu868`. */
  readonly dutyCycle?: 'eu868' | 'unlimited';
  /** Default: none, so that a restart forgets what was sent before. */
  readonly airtimeRecord?: AirtimeRecord;
}

/**
 * The LoRa link over one radio, whose modulation is the base rate all listen on. Closing it leaves
 * the radio to whoever opened that.
 *
 * @throws TiesError LINK_FREQUENCY
 */
export const loraLink = (input: LoraLinkInput): Link => {
  const { radio, clock, random, turnaroundMs = TURNAROUND_MS } = input;
  const base = radio.modulation;
  const steps = rateSteps(base);
  const timing = linkTiming(base, turnaroundMs);
  const absences = new Absences(clock);
  const hearing = radio.hearing ?? hearingOf(radio);
  const overhearing: Overhearing = new Overhearing({
    ...{ hearing, time: clock, memoryMs: memoryMs(base) },
    noted: (frame, reception) => {
      access.heard(frame, reception, own.has(frame.dst));
      if (frame.type === 'announce' && !own.has(frame.dst)) noteAbsence(frame, reception);
    },
    missed: (untilMs) => access.missed(untilMs),
  });
  const catchUp = (): void => overhearing.catchUp();
  const access = new ChannelAccess({ radio, random, clock, timing, catchUp });
  const grants =
    input.dutyCycle === 'unlimited'
      ? unlimited
      : dutyCycleGrants({
          modulation: () => radio.modulation,
          clock,
          record: input.airtimeRecord,
        });
  const air = new Air({
    ...{ radio, clock, timing, grants, access, absences, catchUp },
    messages: () => queue.length,
  });
  const shift = new RateShift({ air, radio, base, timing, clock });
  const messages = new Subject<IncomingMessage>();
  const rates = new RateControl(steps);
  const link = { air, radio, shift };
  const silentPeers = new SilentPeers(() => attend());
  const sending: Sending = { ...link, access, silentPeers, steps, rates, timing, clock };
  const receiving = { ...link, reassembly: new Reassembly(timing) };
  let own = new Set(input.addresses);
  /** What was sent last is answered to where it came from, though that may be let go meanwhile. */
  let speaksAs: number | null = null;
  let seq = randomBelow(random, 256);
  const nextSeq = (): number => {
    seq = (seq + 1) & 0xff;
    return seq;
  };
  let exchange: Exchange | null = null;
  const queue = new Outbox({
    // What never may fails when it is begun.
    leave: (message, begin) =>
      grants.leave(firstClaim(message, sending), { complete: begin, error: begin }),
    exchange: (message, observer) => {
      if (silentPeers.has(message.dst) && !grants.mayProbe()) return unasked(message, observer);
      speaksAs = message.src;
      if (!own.has(speaksAs)) attend();
      exchange = new Exchange({ message, seq: nextSeq() }, sending, observer);
      return exchange;
    },
    restMs: () => access.restMs(),
    clock,
  });
  const answered = (answer: Answer): void => exchange?.heard(answer);

  /** Others leave for another rate. */
  const noteAbsence = (announced: AnnounceFrame, { endMs }: Reception): void => {
    const modulation = steps[announced.step];
    if (modulation === undefined) return;
    const ackMs = timing.ackTimeoutMs(announced.last, modulation);
    const backMs = endMs + 2 * timing.guardMs + announcedMs(modulation, announced) + ackMs;
    for (const address of [announced.src, announced.dst]) absences.note(address, backMs);
  };

  const hear = (reception: Reception): void => {
    const frame = decodeFrame(reception.frame);
    if (frame === null) return;
    const { startMs } = reception;
    if (frame.type !== 'ack') silentPeers.heard(frame.src);
    const heard = { startMs, spreadingFactor: radio.modulation.spreadingFactor };
    if (frame.type === 'ack') {
      answered(answerOf(frame, heard));
      return;
    }
    if (frame.dst !== BROADCAST && !own.has(frame.dst)) return;
    if (frame.type === 'announce') {
      const modulation = steps[frame.step];
      if (modulation !== undefined) shift.follow(modulation, frame);
      return;
    }
    if (frame.type === 'ackRequest') {
      receiveAckRequest(frame, reception, receiving);
      return;
    }
    const answer = carriedAnswer(frame, heard);
    if (answer !== null) answered(answer);
    const message = receivePiece(frame, reception, receiving);
    if (message !== null) messages.next(message);
  };
  let attending = Subscription.EMPTY;
  /** To what has to be acted on, or says that one is there who was silent. */
  const attend = (): void => {
    const to = speaksAs === null ? own : new Set([...own, speaksAs]);
    const attention = { to, from: new Set(silentPeers.addresses) };
    const before = attending;
    attending = hearing.attend(attention).subscribe(hear);
    before.unsubscribe();
  };
  attend();

  return {
    messages,
    send: (message) =>
      defer(() => {
        requireFits(message.payload);
        return queue.send(message);
      }),
    listenAs: (addresses) => {
      catchUp();
      own = new Set(addresses);
      attend();
    },
    dutyCycle: () => grants.state(),
    close: () => {
      attending.unsubscribe();
      queue.close();
      shift.close();
      air.close();
      messages.complete();
    },
  };
};

/** A silent peer is not asked. */
const unasked = ({ dst }: OutgoingMessage, observer: Observer<Delivery>): Sent => {
  const address = `0x${dst.toString(16).padStart(4, '0')}`;
  const why = `${address} was silent and is not asked again yet: is it on and in reach?`;
  return {
    begin: () => observer.error(new TiesError('LINK_NO_ACK', why)),
    withdraw: () => {},
  };
};
