import type { Clock } from '../../drivers/clock/interface.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { AirtimeBudget, type Claim } from './duty-cycle-budget.ts';
import { BudgetLeave, type Leave } from './duty-cycle-leave.ts';
import type { Ending } from './ending.ts';
import type { AirtimeRecord, DutyCycle } from './interface.ts';
import { subBandOf } from './sub-bands.ts';

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
   * Completes when all of it may go, as things stand. Errors with a `TiesError`: `LINK_DUTY_CYCLE`
   * where it never may, `LINK_AIRTIME_RECORD`, or `LINK_FREQUENCY`.
   */
  leave(claim: Claim, ending: Ending): Leave;
  /** Null where things have changed meanwhile. */
  take(claim: Claim): Grant | null;
  /** Whether a peer that was silent may be tried. */
  mayProbe(): boolean;
  state(): DutyCycle | null;
}

const FREE: Grant = { sent: () => {}, end: () => {} };

/** For benches, and where another law holds. */
export const unlimited: Grants = {
  leave: (_, ending) => ({ await: () => ending.complete(), giveUp: () => {} }),
  take: () => FREE,
  mayProbe: () => true,
  state: () => null,
};

export interface GrantsInput {
  /** What the radio is tuned to. */
  readonly modulation: () => Modulation;
  readonly clock: Clock;
  readonly record?: AirtimeRecord | undefined;
}

/** @throws TiesError LINK_FREQUENCY, also `state` where the radio is tuned out of every sub-band later. */
export const dutyCycleGrants = ({ modulation, clock, record }: GrantsInput): Grants => {
  const budgets = new Map<string, AirtimeBudget>();
  const budget = (): AirtimeBudget => {
    const subBand = subBandOf(modulation());
    const known = budgets.get(subBand.name);
    if (known !== undefined) return known;
    const opened = new AirtimeBudget({ subBand, record, now: () => clock.now() });
    budgets.set(subBand.name, opened);
    return opened;
  };

  /** Who asks for leave is told why there is none. */
  const budgetOrNull = (): AirtimeBudget | null => {
    try {
      return budget();
    } catch {
      return null;
    }
  };

  budget();
  return {
    leave: (claim, ending) => new BudgetLeave({ clock, budget, claim, ending }),
    take: (claim) => {
      const own = budgetOrNull();
      if (own === null || !own.take(claim)) return null;
      let leftMs = claim.airtimeMs;
      return {
        sent: (airtimeMs) => {
          leftMs -= airtimeMs;
          own.settle({ ...claim, airtimeMs });
        },
        end: () => own.giveBack(leftMs),
      };
    },
    mayProbe: () => budgetOrNull()?.mayProbe ?? true,
    state: () => budget().state(),
  };
};
