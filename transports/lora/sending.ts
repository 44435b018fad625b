import {
  concat,
  defer,
  filter,
  ignoreElements,
  map,
  type Observable,
  of,
  race,
  type SchedulerLike,
  switchMap,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import type { Random } from '../../drivers/random/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Air } from './air.ts';
import { digest } from './digest.ts';
import { fragmentsOf } from './fragments.ts';
import { type AckFrame, bitmapBytes, encodeFrame } from './frame.ts';
import { BROADCAST, type Delivery, type OutgoingMessage } from './interface.ts';
import { randomBelow } from './random-below.ts';
import { afterAck, afterSilence, begin, isDelivered, isHopeless, type Progress } from './rounds.ts';
import { DeliveryTally } from './tally.ts';
import type { Timing } from './timing.ts';

/** Up to so many ack-requests' airtime, repeating what may be missing beats asking what is. */
const REPEAT_RATHER_THAN_ASK = 3;

export interface Sending {
  readonly air: Air;
  /** Every acknowledgement heard. */
  readonly acks: Observable<AckFrame>;
  readonly modulation: Modulation;
  readonly timing: Timing;
  readonly random: Random;
  readonly scheduler: SchedulerLike;
}

/** Cold: one message by selective repeat. Emits its delivery, or errors with `LINK_NO_ACK`. */
export const exchange = (
  message: OutgoingMessage,
  seq: number,
  sending: Sending,
): Observable<Delivery> =>
  defer(() => {
    const { air, timing, scheduler } = sending;
    const fragments = fragmentsOf(message.payload);
    const tally = new DeliveryTally(sending.modulation, scheduler);
    const burst = (frames: readonly Uint8Array[]): Observable<never> =>
      air.burst(frames).pipe(
        tap((frame) => tally.add(frame)),
        ignoreElements(),
      );
    const delivered = defer(() => of(tally.delivery()));

    const first = begin(fragments.length - 1);
    if (message.dst === BROADCAST) {
      return concat(burst(dataFrames(message, seq, fragments, first.missing)), delivered);
    }

    const answers = sending.acks.pipe(filter(answersTo(message, seq, first.last)));
    const silence = timer(timing.ackTimeoutMs(first.last), scheduler).pipe(map(() => null));
    const round = (progress: Progress): Observable<Delivery> => {
      const frames = framesOf(message, seq, fragments, progress, sending);
      return race(answers, concat(backOff(progress, sending), burst(frames), silence)).pipe(
        take(1),
        switchMap((ack) => {
          const next = ack === null ? afterSilence(progress) : afterAck(progress, ack.bitmap);
          if (isDelivered(next)) return delivered;
          return isHopeless(next) ? throwError(() => noAck(message)) : round(next);
        }),
      );
    };
    return round(first);
  });

/** Jitter after a silence, for it may have been two nodes speaking at once. */
const backOff = ({ silences }: Progress, { random, timing, scheduler }: Sending) =>
  defer(() => {
    const slots = silences === 0 ? 0 : randomBelow(random, timing.backOffSlots(silences) + 1);
    return slots === 0 ? of() : timer(slots * timing.slotMs, scheduler);
  }).pipe(ignoreElements());

/** Acks carry no source: own address and sequence number say which message they are about. */
const answersTo =
  ({ net, src }: OutgoingMessage, seq: number, last: number) =>
  (ack: AckFrame): boolean =>
    ack.net === net && ack.dst === src && ack.seq === seq && ack.bitmapBytes === bitmapBytes(last);

/** What a round says: the missing fragments, or after a silence the question what is missing. */
const framesOf = (
  message: OutgoingMessage,
  seq: number,
  fragments: readonly Uint8Array[],
  { last, missing, silences }: Progress,
  { modulation }: Sending,
): readonly Uint8Array[] => {
  const repeat = dataFrames(message, seq, fragments, missing);
  if (silences === 0) return repeat;
  const { net, src, dst } = message;
  const ask = encodeFrame({
    type: 'ackRequest',
    net,
    src,
    dst,
    seq,
    last,
    digest: digest(message.payload),
  });
  const repeatMs = repeat.reduce((sum, { length }) => sum + airtimeMs(modulation, length), 0);
  const askMs = airtimeMs(modulation, ask.length);
  return repeatMs <= REPEAT_RATHER_THAN_ASK * askMs ? repeat : [ask];
};

const dataFrames = (
  { net, src, dst }: OutgoingMessage,
  seq: number,
  fragments: readonly Uint8Array[],
  indexes: readonly number[],
): Uint8Array[] =>
  indexes.map((index) =>
    encodeFrame({
      type: 'data',
      ackWanted: index === indexes.at(-1) && dst !== BROADCAST,
      net,
      dst,
      src,
      seq,
      index,
      last: fragments.length - 1,
      payload: fragments[index] as Uint8Array,
    }),
  );

const noAck = ({ dst }: OutgoingMessage): TiesError =>
  new TiesError(
    'LINK_NO_ACK',
    `Nothing heard from 0x${dst.toString(16).padStart(4, '0')}: is it on and in reach?`,
  );
