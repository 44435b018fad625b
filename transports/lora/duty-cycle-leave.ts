import type { Clock } from '../../drivers/clock/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { Alarm } from './alarm.ts';
import type { AirtimeBudget, Claim } from './duty-cycle-budget.ts';
import type { Ending } from './ending.ts';
import type { DutyCycle } from './interface.ts';

/** While it waits the record is written so often, or a restart would make it wait all over again. */
const REWRITE_MS = 300_000;

/** Leave that is waited for, until it is given or given up. */
export interface Leave {
  /** It may be given at once. */
  await(): void;
  giveUp(): void;
}

export interface LeaveInput {
  readonly clock: Clock;
  /** Of what the radio is tuned to. @throws TiesError LINK_FREQUENCY */
  readonly budget: () => AirtimeBudget;
  readonly claim: Claim;
  readonly ending: Ending;
}

/** Leave of a budget: once the hour has slid far enough, and the airtime is written down as spent. */
export class BudgetLeave implements Leave {
  readonly #input: LeaveInput;
  readonly #alarm: Alarm;
  #isAwaited = false;

  constructor(input: LeaveInput) {
    this.#input = input;
    this.#alarm = new Alarm(input.clock);
  }

  await(): void {
    this.#isAwaited = true;
    this.#look();
  }

  giveUp(): void {
    this.#isAwaited = false;
    this.#alarm.clear();
  }

  #look(): void {
    const budget = this.#isAwaited ? this.#budget() : null;
    if (budget === null) return;
    const { claim, ending } = this.#input;
    const waitMs = budget.waitMs(claim);
    if (waitMs === Number.POSITIVE_INFINITY) this.#fail(tooLong(budget.state()));
    else if (waitMs > REWRITE_MS) this.#alarm.set(REWRITE_MS, () => this.#write(budget, 0));
    else if (waitMs > 0) this.#alarm.set(Math.ceil(waitMs), () => this.#look());
    else if (!budget.isWritten(claim.airtimeMs)) this.#write(budget, claim.airtimeMs);
    else {
      this.giveUp();
      ending.complete();
    }
  }

  #budget(): AirtimeBudget | null {
    try {
      return this.#input.budget();
    } catch (fault) {
      this.#fail(fault);
      return null;
    }
  }

  #write(budget: AirtimeBudget, aheadMs: number): void {
    budget.writeAhead(aheadMs).then(
      () => this.#look(),
      (fault) => this.#fail(fault),
    );
  }

  #fail(fault: unknown): void {
    if (!this.#isAwaited) return;
    this.giveUp();
    this.#input.ending.error(fault);
  }
}

const tooLong = ({ subBand, limit }: DutyCycle): TiesError =>
  new TiesError(
    'LINK_DUTY_CYCLE',
    `This takes more airtime than ${subBand} allows in an hour (${limit * 100} %): send less at once, or choose a faster modulation.`,
  );
