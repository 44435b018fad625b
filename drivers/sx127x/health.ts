import { TiesError } from '../../protocol/errors.ts';
import type { Clock } from '../clock/interface.ts';
import type { Chip } from './chip.ts';
import { Disagreement, describe, type Mismatch } from './register-file.ts';
import type { Turns } from './turns.ts';

export interface HealthInput {
  readonly chip: Chip;
  readonly clock: Clock;
  readonly turns: Turns;
  /** Whether nothing was asked of the radio. */
  isIdle(): boolean;
  tell(trouble: TiesError): void;
  /** What the chip was at is lost; `canGoOn` where it works again. */
  lost(fault: TiesError, canGoOn: boolean): void;
  listening(): void;
}

const CHECK_MS = 10_000;
/**
 * A receiver that went deaf looks like a quiet channel. So where nothing was heard for this long
 * the chip is set up anew: some 30 ms of deafness, and its image calibration follows the weather.
 */
const SILENCE_MS = 3_600_000;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;

/** Holds the chip's registers to what they should be, and sets it up anew where they are not. */
export class Health {
  readonly #input: HealthInput;
  #timer: unknown;
  #retryMs = RETRY_MIN_MS;
  #broken: TiesError | null = null;
  #soundMs: number;
  #isOddTold = false;

  constructor(input: HealthInput) {
    this.#input = input;
    this.#soundMs = input.clock.now();
    this.#nextIn(CHECK_MS, () => this.#check());
  }

  get isBroken(): boolean {
    return this.#broken !== null;
  }

  /** Throws what is wrong with a chip that cannot be used. */
  require(): void {
    if (this.#broken !== null) throw this.#broken;
  }

  /** Something was heard. */
  heard(): void {
    this.#soundMs = this.#input.clock.now();
  }

  #check(): void {
    this.#nextIn(CHECK_MS, () => this.#check());
    void this.#input.turns.take(async () => {
      if (this.isBroken) return;
      const { chip, clock, isIdle, tell } = this.#input;
      if (chip.odd.length > 0 && !this.#isOddTold) tell(odd(chip.odd));
      this.#isOddTold = true;
      const mismatches = await chip.verify();
      if (mismatches.length > 0) await this.heal(describe(mismatches));
      else if (isIdle() && clock.now() - this.#soundMs >= SILENCE_MS) await this.#refresh();
    });
  }

  /** Within a turn: the bus, or the chip, failed amid a job. */
  failed(cause: unknown): Promise<void> {
    const isOfChip = cause instanceof Disagreement;
    return this.heal(
      isOfChip ? describe(cause.mismatches) : `The SPI bus failed (${reason(cause)})`,
    );
  }

  /** Within a turn: resets the chip and sets it up; where it cannot, tries again later. */
  async heal(what: string): Promise<void> {
    if (!(await this.#setUp(what))) return;
    const fault = healed(what);
    this.#input.tell(fault);
    this.#input.lost(fault, true);
  }

  async #refresh(): Promise<void> {
    await this.#setUp('Nothing was heard for an hour');
  }

  stop(): void {
    this.#input.clock.clearTimeout(this.#timer);
  }

  #retry(what: string): void {
    void this.#input.turns.take(() => this.heal(what));
  }

  /** Returns whether the chip works again. */
  async #setUp(what: string): Promise<boolean> {
    const { tell, lost } = this.#input;
    try {
      await this.#restart();
    } catch (cause) {
      this.#broken = broken(what, this.#retryMs, cause);
      this.#nextIn(this.#retryMs, () => this.#retry(what));
      this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
      tell(this.#broken);
      lost(this.#broken, false);
      return false;
    }
    this.#broken = null;
    this.#retryMs = RETRY_MIN_MS;
    this.heard();
    this.#nextIn(CHECK_MS, () => this.#check());
    return true;
  }

  async #restart(): Promise<void> {
    const { chip, listening } = this.#input;
    await chip.start();
    await chip.listen();
    listening();
  }

  #nextIn(delayMs: number, action: () => void): void {
    const { clock } = this.#input;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(action, delayMs);
  }
}

const healed = (what: string): TiesError =>
  new TiesError(
    'RADIO_HEALED',
    `${what}: the SX127x was reset and set up again, and listens; what was on its way is lost. Where this comes often, check its supply, its wires and its antenna.`,
  );

const odd = (mismatches: readonly Mismatch[]): TiesError =>
  new TiesError(
    'RADIO_ODD',
    `${describe(mismatches)}, even right after a reset: this SX127x has them otherwise and is used as it is. Please report it, with the markings of the module.`,
  );

const broken = (what: string, retryMs: number, cause: unknown): TiesError =>
  new TiesError(
    'RADIO_BROKEN',
    `${what}, and the SX127x cannot be set up again: ${reason(cause)} Nothing is sent or received until it can; next attempt in ${retryMs / 1000} s.`,
    { cause },
  );

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : `${cause}`);
