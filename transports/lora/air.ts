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
  type SchedulerLike,
  Subject,
  Subscription,
  switchMap,
  take,
  timer,
} from 'rxjs';
import type { Radio } from '../../drivers/radio/interface.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Burst, DueAck, Step } from './burst.ts';
import { encodeFrame } from './frame.ts';
import type { Timing } from './timing.ts';

/** This radio's turn to speak: acknowledgements first, then bursts on a clear channel. */
export interface Air {
  /** Cold: emits each frame as its first bit goes out, completes when the last one has gone. */
  burst(burst: Burst): Observable<Uint8Array>;
  /**
   * Sent after the turnaround, whoever else is heard: the peer waits for nothing else. A burst
   * that waits and can carry it goes instead. Where it asks for more, own bursts leave the peer a
   * slot to go on in: both would otherwise sense the channel at the same moment, find it free,
   * and collide again and again.
   */
  acknowledge(due: DueAck): void;
  /** Cold: another rate, as soon as nothing is being sent and no acknowledgement is due. */
  tune(modulation: Modulation): Observable<never>;
  close(): void;
}

export interface AirInput {
  readonly radio: Radio;
  readonly scheduler: SchedulerLike;
  readonly timing: Pick<Timing, 'turnaroundMs' | 'slotMs'>;
  /** Emits when a burst to this address may take the channel. */
  readonly clear: (dst: number) => Observable<void>;
}

/** A burst that has not begun, and how to begin it. */
interface Waiting {
  readonly burst: Burst;
  readonly begin: Subject<Burst>;
}

export const openAir = ({ radio, scheduler, timing, clear }: AirInput): Air => {
  const sending = new BehaviorSubject(false);
  const acksDue = new BehaviorSubject(0);
  const acks = new Subject<DueAck>();
  const waiting = new Set<Waiting>();
  const open = new Subscription();

  /** A frame once begun goes to its end, so the radio stays taken though nobody waits for it. */
  const perform = (steps: readonly Step[]): Observable<Uint8Array> =>
    new Observable((subscriber) => {
      const from = (index: number): void => {
        const step = steps[index];
        if (step === undefined || subscriber.closed) {
          sending.next(false);
          subscriber.complete();
          return;
        }
        const isFrame = step instanceof Uint8Array;
        if (isFrame) subscriber.next(step);
        open.add(
          (isFrame ? radio.transmit(step) : step).subscribe({
            complete: () => from(index + 1),
            error: (fault) => {
              sending.next(false);
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
    for (const { burst, begin } of waiting) {
      const carrier = burst.carrying(due);
      if (carrier === null) continue;
      begin.next(carrier);
      return EMPTY;
    }
    return perform([encodeFrame(due.frame)]);
  };

  const acknowledged = acks.pipe(
    concatMap((due) =>
      concat(
        timer(timing.turnaroundMs, scheduler),
        whenSilent,
        defer(() => answer(due)),
        due.asksForMore ? defer(() => timer(timing.slotMs, scheduler)) : EMPTY,
      ).pipe(
        ignoreElements(),
        catchError(() => EMPTY),
        finalize(() => acksDue.next(acksDue.value - 1)),
      ),
    ),
  );
  open.add(acknowledged.subscribe());

  /** Of the present, for who was told first may have taken the radio meanwhile. */
  const isFree = combineLatest([sending, acksDue]).pipe(
    map(() => !sending.value && acksDue.value === 0),
    distinctUntilChanged(),
  );

  return {
    burst: (burst) =>
      new Observable<Burst>((subscriber) => {
        const own = { burst, begin: new Subject<Burst>() };
        waiting.add(own);
        const whenClear = isFree.pipe(switchMap((free) => (free ? clear(burst.dst) : NEVER)));
        subscriber.add(() => waiting.delete(own));
        subscriber.add(own.begin.subscribe(subscriber));
        subscriber.add(whenClear.pipe(map(() => burst)).subscribe(subscriber));
      }).pipe(
        take(1),
        concatMap(({ steps }) => perform(steps)),
      ),
    acknowledge: (due) => {
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
