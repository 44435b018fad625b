import {
  BehaviorSubject,
  catchError,
  combineLatest,
  concat,
  concatMap,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  ignoreElements,
  map,
  NEVER,
  Observable,
  of,
  type SchedulerLike,
  Subject,
  Subscription,
  startWith,
  switchMap,
  take,
  timer,
} from 'rxjs';
import type { Radio } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Burst, DueAck, Step } from './burst.ts';
import type { Purpose } from './duty-cycle-budget.ts';
import type { Grant, Grants } from './duty-cycle-grants.ts';
import { encodeFrame } from './frame.ts';
import type { Timing } from './timing.ts';

/** Each takes some airtime, in which nobody can ask for more: more wait only where somebody forges. */
const MAX_ACKS_DUE = 8;

/** This radio's turn to speak: acknowledgements first, then bursts on a clear channel. */
export interface Air {
  /**
   * Cold: emits each frame as its first bit goes out, completes when the last one has gone. It
   * begins when the duty cycle lets all of it go, so that nothing stalls in the middle.
   */
  burst(burst: Burst, purpose: Purpose): Observable<Uint8Array>;
  /**
   * Sent after the turnaround, whoever else is heard: the peer waits for nothing else. A burst
   * that waits and can carry it goes instead. Where it asks for more, own bursts leave the peer
   * time to go on in: both would otherwise sense the channel at the same moment, find it free,
   * and collide again and again. Where the duty cycle has no room for it now, or eight are due, it
   * is left out: the peer asks again.
   */
  acknowledge(due: DueAck): void;
  /** Cold: another rate, as soon as nothing is being sent and no acknowledgement is due. */
  tune(modulation: Modulation): Observable<never>;
  close(): void;
}

export interface AirInput {
  readonly radio: Pick<Radio, 'modulation' | 'transmit' | 'tune'>;
  readonly scheduler: SchedulerLike;
  readonly timing: Pick<Timing, 'turnaroundMs' | 'yieldMs'>;
  /** Emits when a burst may take the channel. */
  readonly clear: (burst: Burst, purpose: Purpose) => Observable<void>;
  readonly grants: Grants;
}

/** A burst that has not begun, and how to begin it. */
interface Waiting {
  readonly burst: Burst;
  readonly purpose: Purpose;
  readonly begin: Subject<Granted>;
}

/** A burst that the duty cycle lets go. */
interface Granted {
  readonly burst: Burst;
  readonly grant: Grant;
}

export const openAir = ({ radio, scheduler, timing, clear, grants }: AirInput): Air => {
  const sending = new BehaviorSubject(false);
  const acksDue = new BehaviorSubject(0);
  const acks = new Subject<DueAck>();
  const yields = new Subject<void>();
  /** The peer was asked for more. */
  const yielding = new BehaviorSubject(false);
  const waiting = new Set<Waiting>();
  const open = new Subscription();

  /** A frame once begun goes to its end, so the radio stays taken though nobody waits for it. */
  const perform = (steps: readonly Step[], grant?: Grant): Observable<Uint8Array> =>
    new Observable((subscriber) => {
      const end = (): void => {
        grant?.end();
        sending.next(false);
      };
      const from = (index: number): void => {
        const step = steps[index];
        if (step === undefined || subscriber.closed) {
          end();
          subscriber.complete();
          return;
        }
        const isFrame = step instanceof Uint8Array;
        const onAirMs = isFrame ? airtimeMs(radio.modulation, step.length) : 0;
        if (isFrame) subscriber.next(step);
        open.add(
          (isFrame ? radio.transmit(step) : step).subscribe({
            complete: () => {
              grant?.sent(onAirMs);
              from(index + 1);
            },
            error: (fault) => {
              grant?.sent(onAirMs);
              end();
              subscriber.error(fault);
            },
          }),
        );
      };
      sending.next(true);
      from(0);
    });

  const whenSilent = sending.pipe(
    filter(() => !sending.value),
    take(1),
  );

  const answer = (due: DueAck): Observable<unknown> => {
    for (const { burst, purpose, begin } of waiting) {
      const carrier = burst.carrying(due);
      if (carrier === null) continue;
      const grant = grants.take({ purpose, airtimeMs: carrier.airtimeMs });
      if (grant === null) continue;
      begin.next({ burst: carrier, grant });
      return EMPTY;
    }
    const ack = encodeFrame(due.frame);
    const onAirMs = airtimeMs(radio.modulation, ack.length);
    const source = due.frame.dst;
    const grant = grants.take({ purpose: 'ack', airtimeMs: onAirMs, source });
    return grant === null ? EMPTY : perform([ack], grant);
  };

  const acknowledged = acks.pipe(
    concatMap((due) =>
      concat(
        timer(timing.turnaroundMs, scheduler),
        whenSilent,
        defer(() => answer(due)),
      ).pipe(
        ignoreElements(),
        catchError(() => EMPTY),
        finalize(() => {
          if (due.asksForMore) yields.next();
          acksDue.next(acksDue.value - 1);
        }),
      ),
    ),
  );
  open.add(acknowledged.subscribe());

  const yielded = yields.pipe(
    switchMap(() =>
      timer(timing.yieldMs, scheduler).pipe(
        map(() => false),
        startWith(true),
      ),
    ),
  );
  open.add(yielded.subscribe(yielding));

  /** Of the present, for who was told first may have taken the radio meanwhile. */
  const isFree = combineLatest([sending, acksDue]).pipe(
    map(() => !sending.value && acksDue.value === 0),
    distinctUntilChanged(),
  );
  const isOurs = combineLatest([isFree, yielding]).pipe(
    map(([free]) => free && !yielding.value),
    distinctUntilChanged(),
  );

  /** Leave may have gone to acknowledgements while the channel was waited for. */
  const grantedWhenClear = (burst: Burst, purpose: Purpose): Observable<Granted> =>
    defer(() => {
      const claim = { purpose, airtimeMs: burst.airtimeMs };
      return grants.await(claim).pipe(
        switchMap(() => isOurs),
        switchMap((ours) => (ours ? clear(burst, purpose) : NEVER)),
        take(1),
        switchMap(() => {
          const grant = grants.take(claim);
          return grant === null ? grantedWhenClear(burst, purpose) : of({ burst, grant });
        }),
      );
    });

  return {
    burst: (burst, purpose) =>
      new Observable<Granted>((subscriber) => {
        const own = { burst, purpose, begin: new Subject<Granted>() };
        waiting.add(own);
        subscriber.add(() => waiting.delete(own));
        subscriber.add(own.begin.subscribe(subscriber));
        subscriber.add(grantedWhenClear(burst, purpose).subscribe(subscriber));
      }).pipe(
        take(1),
        concatMap((granted) => perform(granted.burst.steps, granted.grant)),
      ),
    acknowledge: (due) => {
      if (acksDue.value >= MAX_ACKS_DUE) return;
      acksDue.next(acksDue.value + 1);
      acks.next(due);
    },
    tune: (modulation) =>
      isFree.pipe(
        filter((free) => free),
        take(1),
        concatMap(() => perform([radio.tune(modulation)])),
        ignoreElements(),
      ),
    close: () => open.unsubscribe(),
  };
};
