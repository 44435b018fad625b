import {
  concat,
  defer,
  EMPTY,
  filter,
  finalize,
  identity,
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
import type { Radio } from '../../drivers/radio/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Air } from './air.ts';
import { type Answer, isAnswerTo } from './answer.ts';
import { announcedBurst, type Burst, burstOf, framesMs } from './burst.ts';
import type { ChannelAccess } from './channel-access.ts';
import type { Claim, Purpose } from './duty-cycle-budget.ts';
import { ackBytes, bytesOnAir } from './frame.ts';
import { whereHealed } from './healed.ts';
import { BROADCAST, type Delivery, type OutgoingMessage } from './interface.ts';
import { Outgoing } from './outgoing.ts';
import type { RateControl } from './rate-control.ts';
import type { RateShift } from './rate-shift.ts';
import {
  afterAck,
  afterSilence,
  begin,
  beginProbing,
  isDelivered,
  isHopeless,
  type Progress,
} from './rounds.ts';
import type { SilentPeers } from './silent-peers.ts';
import { DeliveryTally } from './tally.ts';
import type { Timing } from './timing.ts';
import { Stopwatch } from './turnaround.ts';

export interface Sending {
  readonly air: Air;
  readonly radio: Pick<Radio, 'modulation'>;
  /** Every acknowledgement heard. */
  readonly answers: Observable<Answer>;
  /** The base rate first. */
  readonly steps: readonly Modulation[];
  readonly rates: RateControl;
  readonly shift: RateShift;
  readonly timing: Timing;
  readonly access: Pick<ChannelAccess, 'backOff'>;
  readonly silentPeers: Pick<SilentPeers, 'has' | 'heard'>;
  readonly scheduler: SchedulerLike;
}

/** What a round says, and at which rate step. */
interface Turn {
  readonly burst: Burst;
  readonly step: number;
}

/** Cold: one message by selective repeat. Emits its delivery, or errors with `LINK_NO_ACK`. */
export const exchange = (
  message: OutgoingMessage,
  seq: number,
  sending: Sending,
): Observable<Delivery> =>
  defer(() => {
    const { access, air, rates, shift, silentPeers, timing, scheduler } = sending;
    const outgoing = new Outgoing(message, seq);
    const { dst } = message;
    const { last } = outgoing;
    const tally = new DeliveryTally(sending.radio, scheduler);
    const delivered = defer(() => of(tally.delivery()));
    const say = (burst: Burst, progress: Progress): Observable<never> =>
      air.burst(burst, purposeOf(message, progress, sending)).pipe(
        tap((frame) => tally.add(frame)),
        ignoreElements(),
        // As lost as on the air; but of a broadcast nobody would ask for it.
        dst === BROADCAST ? identity : whereHealed(EMPTY),
      );

    const first = firstRound(message, last, sending);
    if (dst === BROADCAST) {
      return concat(say(turnOf(outgoing, first, sending).burst, first), delivered);
    }

    const answers = sending.answers.pipe(filter(isAnswerTo(outgoing.route)));
    const stopwatch = new Stopwatch();
    const round = (progress: Progress): Observable<Delivery> => {
      const { burst, step } = turnOf(outgoing, progress, sending);
      const silence = defer(() => {
        stopwatch.asked(scheduler.now());
        const modulation = sending.steps[step] as Modulation;
        return timer(timing.ackTimeoutMs(last, modulation), scheduler);
      }).pipe(map(() => null));
      return race(
        answers,
        concat(access.backOff(progress.silences), say(burst, progress), silence),
      ).pipe(
        take(1),
        tap((answer) => {
          shift.back();
          if (answer !== null) {
            silentPeers.heard(dst);
            learn(answer, dst, stopwatch, sending);
          } else timing.silent();
          if (answer === null && step > 0) rates.silent(dst);
        }),
        switchMap((answer) => {
          const next = answer === null ? afterSilence(progress) : afterAck(progress, answer.bitmap);
          if (isDelivered(next)) return delivered;
          return isHopeless(next) ? throwError(() => noAck(message)) : round(next);
        }),
      );
    };
    return round(first).pipe(finalize(() => shift.back()));
  });

/** What an answer tells besides: how fast the peer is, and how well it hears. */
const learn = (
  { startMs, snrMargin, spreadingFactor }: Answer,
  peer: number,
  stopwatch: Stopwatch,
  { rates, timing }: Sending,
): void => {
  const turnaroundMs = stopwatch.answered(startMs);
  if (turnaroundMs !== null) timing.measured(turnaroundMs);
  if (snrMargin !== undefined) rates.reported(peer, { snrMargin, spreadingFactor });
};

/** Questions go at the base rate, and so does what follows a silence: there the peer will be. */
const turnOf = (outgoing: Outgoing, progress: Progress, sending: Sending): Turn => {
  const { rates, shift, steps, timing, scheduler } = sending;
  const { dst, last } = outgoing.route;
  const base = steps[0] as Modulation;
  const frames = outgoing.round(progress, base);
  const lengths = frames.map(bytesOnAir);
  const step = progress.silences > 0 ? 0 : rates.stepFor(dst, lengths, ackBytes(last));
  if (step === 0) return { burst: burstOf(dst, frames, base), step };
  const modulation = steps[step] as Modulation;
  const announcement = outgoing.announcement(step, lengths);
  const guard = defer(() => timer(timing.guardMs, scheduler)).pipe(ignoreElements());
  const change = concat(shift.leave(modulation), guard);
  return { burst: announcedBurst(announcement, frames, { base, modulation, change }), step };
};

/** The airtime it takes to begin a message. */
export const firstClaim = (message: OutgoingMessage, sending: Sending): Claim => {
  const outgoing = new Outgoing(message, 0);
  const first = firstRound(message, outgoing.last, sending);
  const base = sending.steps[0] as Modulation;
  const airtimeMs = framesMs(outgoing.round(first, base), base);
  return { purpose: purposeOf(message, first, sending), airtimeMs };
};

const firstRound = ({ dst }: OutgoingMessage, last: number, { silentPeers }: Sending): Progress =>
  silentPeers.has(dst) ? beginProbing(last) : begin(last);

/** What is begun ends before anything new begins. */
const purposeOf = (
  { dst, priority = 0 }: OutgoingMessage,
  { rounds, silences }: Progress,
  { silentPeers }: Sending,
): Purpose => {
  if (silentPeers.has(dst)) return 'probe';
  if (priority > 0) return 'high';
  if (silences > 0) return 'again';
  return rounds > 1 ? 'high' : 'normal';
};

const noAck = ({ dst }: OutgoingMessage): TiesError =>
  new TiesError(
    'LINK_NO_ACK',
    `Nothing heard from 0x${dst.toString(16).padStart(4, '0')}: is it on and in reach?`,
  );
