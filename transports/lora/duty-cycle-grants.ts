import {
  concat,
  defer,
  from,
  ignoreElements,
  type Observable,
  of,
  type SchedulerLike,
  throwError,
  timer,
} from 'rxjs';
import { TiesError } from '../../protocol/errors.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { AirtimeBudget, type Claim } from './duty-cycle-budget.ts';
import type { AirtimeRecord, DutyCycle } from './interface.ts';
import { subBandOf } from './sub-bands.ts';

/** While it waits the record is written so often, or a restart would make it wait all over again. */
const REWRITE_MS = 300_000;

/** A burst that may go. */
export interface Grant {
  /** A frame has gone, or may have. */
  sent(airtimeMs: number): void;
  /** Nothing more of it will go. */
  end(): void;
}

/** Leave to send, as far as the duty cycle goes. */
export interface Grants {
  /**
   * Cold: emits when all of it may go, as things stand. Errors with a `TiesError`
   * `LINK_DUTY_CYCLE` where it never may, or `LINK_AIRTIME_RECORD`.
   */
  await(claim: Claim): Observable<void>;
  /** Null where things have changed meanwhile. */
  take(claim: Claim): Grant | null;
  /** Whether a peer that was silent may be tried. */
  mayProbe(): boolean;
  state(): DutyCycle | null;
}

/** For benches, and where another law holds. */
export const unlimited: Grants = {
  await: () => of(undefined),
  take: () => ({ sent: () => {}, end: () => {} }),
  mayProbe: () => true,
  state: () => null,
};

export interface GrantsInput {
  /** What the radio is tuned to. */
  readonly modulation: () => Modulation;
  readonly scheduler: SchedulerLike;
  readonly record?: AirtimeRecord | undefined;
}

/** @throws TiesError LINK_FREQUENCY, also where the radio is tuned out of every sub-band later. */
export const dutyCycleGrants = ({ modulation, scheduler, record }: GrantsInput): Grants => {
  const budgets = new Map<string, AirtimeBudget>();
  const budget = (): AirtimeBudget => {
    const subBand = subBandOf(modulation());
    const known = budgets.get(subBand.name);
    if (known !== undefined) return known;
    const opened = new AirtimeBudget({ subBand, record, now: () => scheduler.now() });
    budgets.set(subBand.name, opened);
    return opened;
  };

  const wait = (claim: Claim): Observable<void> =>
    defer(() => {
      const own = budget();
      const waitMs = own.waitMs(claim);
      if (waitMs === Number.POSITIVE_INFINITY) return throwError(() => tooLong(own.state()));
      const again = defer(() => wait(claim));
      if (waitMs > 0) {
        const sleep = timer(Math.min(Math.ceil(waitMs), REWRITE_MS), scheduler);
        const rewrite = waitMs > REWRITE_MS ? defer(() => own.writeAhead(0)) : of();
        return concat(sleep, rewrite).pipe(ignoreElements(), (done) => concat(done, again));
      }
      if (own.isWritten(claim.airtimeMs)) return of(undefined);
      return concat(from(own.writeAhead(claim.airtimeMs)).pipe(ignoreElements()), again);
    });

  budget();
  return {
    await: wait,
    take: (claim) => {
      const own = budget();
      if (!own.take(claim)) return null;
      let leftMs = claim.airtimeMs;
      return {
        sent: (airtimeMs) => {
          leftMs -= airtimeMs;
          own.settle({ ...claim, airtimeMs });
        },
        end: () => own.giveBack(leftMs),
      };
    },
    mayProbe: () => budget().mayProbe,
    state: () => budget().state(),
  };
};

const tooLong = ({ subBand, limit }: DutyCycle): TiesError =>
  new TiesError(
    'LINK_DUTY_CYCLE',
    `This takes more airtime than ${subBand} allows in an hour (${limit * 100} %): send less at once, or choose a faster modulation.`,
  );
