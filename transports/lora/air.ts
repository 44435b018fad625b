import {
  BehaviorSubject,
  catchError,
  combineLatest,
  concat,
  concatMap,
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
import type { Timing } from './timing.ts';

/** This radio's turn to speak: acknowledgements first, then bursts on a clear channel. */
export interface Air {
  /** Cold: emits each frame as its first bit goes out, completes when the last one has gone. */
  burst(frames: readonly Uint8Array[]): Observable<Uint8Array>;
  /**
   * Sent after the turnaround, whoever else is heard: the peer waits for nothing else. Where it
   * `asksForMore`, own bursts leave the peer a slot to go on in: both would otherwise sense the
   * channel at the same moment, find it free, and collide again and again.
   */
  acknowledge(frame: Uint8Array, asksForMore: boolean): void;
  close(): void;
}

export interface AirInput {
  readonly radio: Radio;
  readonly scheduler: SchedulerLike;
  readonly timing: Pick<Timing, 'turnaroundMs' | 'slotMs'>;
  /** Emits when the channel may be taken. */
  readonly clear: Observable<void>;
}

export const openAir = ({ radio, scheduler, timing, clear }: AirInput): Air => {
  const sending = new BehaviorSubject(false);
  const acksDue = new BehaviorSubject(0);
  const acks = new Subject<{ frame: Uint8Array; asksForMore: boolean }>();
  const open = new Subscription();

  /** A frame once begun goes to its end, so the radio stays taken though nobody waits for it. */
  const transmit = (frames: readonly Uint8Array[]): Observable<Uint8Array> =>
    new Observable((subscriber) => {
      const from = (index: number): void => {
        const frame = frames[index];
        if (frame === undefined || subscriber.closed) {
          sending.next(false);
          subscriber.complete();
          return;
        }
        subscriber.next(frame);
        open.add(
          radio.transmit(frame).subscribe({
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
    filter((busy) => !busy),
    take(1),
  );

  const acknowledged = acks.pipe(
    concatMap(({ frame, asksForMore }) =>
      concat(
        timer(timing.turnaroundMs, scheduler),
        whenSilent,
        transmit([frame]),
        asksForMore ? timer(timing.slotMs, scheduler) : EMPTY,
      ).pipe(
        ignoreElements(),
        catchError(() => EMPTY),
        finalize(() => acksDue.next(acksDue.value - 1)),
      ),
    ),
  );
  open.add(acknowledged.subscribe());

  const mayBurst = combineLatest([sending, acksDue]).pipe(
    map(([busy, due]) => !busy && due === 0),
    distinctUntilChanged(),
  );

  return {
    burst: (frames) =>
      mayBurst.pipe(
        switchMap((free) => (free ? clear : NEVER)),
        take(1),
        concatMap(() => transmit(frames)),
      ),
    acknowledge: (frame, asksForMore) => {
      acksDue.next(acksDue.value + 1);
      acks.next({ frame, asksForMore });
    },
    close: () => open.unsubscribe(),
  };
};
