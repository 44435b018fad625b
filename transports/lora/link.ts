import { defer, Subject, timer } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import { clockScheduler } from '../clock-scheduler.ts';
import { openAir } from './air.ts';
import { clearChannel } from './channel-access.ts';
import { requireFits } from './fragments.ts';
import { type AckFrame, decodeFrame } from './frame.ts';
import { BROADCAST, type IncomingMessage, type Link } from './interface.ts';
import { Outbox } from './outbox.ts';
import { randomBelow } from './random-below.ts';
import { Reassembly } from './reassembly.ts';
import { receiveAckRequest, receivePiece } from './receiving.ts';
import { exchange, type Sending } from './sending.ts';
import { linkTiming } from './timing.ts';

/** From RxDone of a frame to its ack's first bit on a Raspberry Pi, over SPI. *est.* */
const TURNAROUND_MS = 5;
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

/** The LoRa link over one radio. Closing it leaves the radio to whoever opened that. */
export const loraLink = (input: LoraLinkInput): Link => {
  const { radio, clock, random, turnaroundMs = TURNAROUND_MS } = input;
  const { modulation } = radio;
  const timing = linkTiming(modulation, turnaroundMs);
  const scheduler = clockScheduler(clock);
  const clear = clearChannel({ radio, random, scheduler, slotMs: timing.slotMs });
  const air = openAir({ radio, scheduler, timing, clear });
  const acks = new Subject<AckFrame>();
  const messages = new Subject<IncomingMessage>();
  const sending: Sending = { air, acks, modulation, timing, random, scheduler };
  const reassembly = new Reassembly(timing.memoryMs);
  const receiving = { air, reassembly, spreadingFactor: modulation.spreadingFactor };
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

  const hear = (reception: Reception): void => {
    const frame = decodeFrame(reception.frame);
    if (frame === null) return;
    if (frame.type === 'ack') {
      acks.next(frame);
      return;
    }
    if (frame.dst !== BROADCAST && !own.has(frame.dst)) return;
    if (frame.type === 'ackRequest') {
      receiveAckRequest(frame, reception, receiving);
      return;
    }
    if (frame.type === 'announce') return;
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
      air.close();
      messages.complete();
    },
  };
};
