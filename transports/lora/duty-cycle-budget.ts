import { TiesError } from '../../protocol/errors.ts';
import { HOUR_MS, SlidingHour } from './duty-cycle.ts';
import { WrittenAhead } from './duty-cycle-ahead.ts';
import { SourceShares } from './duty-cycle-shares.ts';
import type { AirtimeRecord, DutyCycle, PastAirtime } from './interface.ts';
import type { SubBand } from './sub-bands.ts';

/**
 * `high` is also the rest of a message that has begun, `again` what is said once more after a
 * silence, and a `probe` goes to a peer that was silent last time.
 */
export type Purpose = 'normal' | 'again' | 'high' | 'probe' | 'ack';

export interface Claim {
  readonly purpose: Purpose;
  readonly airtimeMs: number;
  /** Of an acknowledgement: who asked for it. */
  readonly source?: number;
}

/** Less than the law allows: the chip's crystal and the ramps of its amplifier are in no formula. */
const LEGAL_SHARE = 0.999;
/** How far into the hour's budget each may go: messages stop before acknowledgements do. */
const REACH: Record<Purpose, number> = { normal: 0.9, again: 0.95, high: 0.95, probe: 0.9, ack: 1 };
/** How much of it acknowledgements may be: a storm of questions does not take it all. */
const ACK_SHARE = 0.5;
/** How much of it peers that are silent may cost, evenly over time, so that none is given up. */
const PROBE_SHARE = 0.25;
/** What is written ahead at a time, and so lost with a restart. */
const AHEAD_SHARE = 1 / 36;
/** The record tells ages as they were when it was written: so it is written anew before long. */
const STALE_MS = 20 * 60_000;
/** Entries of the record are this far apart, so that it stays small. */
const RECORD_GRAIN_MS = 60_000;

export interface BudgetInput {
  readonly subBand: SubBand;
  readonly now: () => number;
  /** Where none is, a restart forgets. */
  readonly record?: AirtimeRecord | undefined;
}

/**
 * The airtime of one sub-band. A burst is taken as a whole before its first bit and settled frame
 * by frame; what is taken counts as now until then, however long it takes.
 */
export class AirtimeBudget {
  readonly #input: BudgetInput;
  readonly #budgetMs: number;
  readonly #spent = new SlidingHour();
  readonly #acks = new SlidingHour();
  readonly #shares = new SourceShares();
  readonly #ahead = new WrittenAhead((aheadMs) => this.#save(aheadMs));
  #takenMs = 0;
  #savedMs = Number.NEGATIVE_INFINITY;
  #nextProbeMs = Number.NEGATIVE_INFINITY;

  constructor(input: BudgetInput) {
    this.#input = input;
    const { subBand, now, record } = input;
    this.#budgetMs = subBand.dutyCycle * HOUR_MS * LEGAL_SHARE;
    const openedMs = now();
    for (const [agoMs, airtimeMs] of latestWithin(this.#budgetMs, record?.load(subBand.name) ?? []))
      this.#spent.spend(openedMs - agoMs, airtimeMs);
    this.writeAhead(0).catch(() => undefined);
  }

  state(): DutyCycle {
    const usedMs = this.#spent.usedMs(this.#input.now()) + this.#takenMs;
    const { name, dutyCycle } = this.#input.subBand;
    const leftMs = Math.max(0, this.#budgetMs * REACH.normal - usedMs);
    return { subBand: name, limit: dutyCycle, usedMs, leftMs };
  }

  /** Until the claim may be taken, as things stand; `Infinity` where it is longer than an hour's. */
  waitMs({ purpose, airtimeMs }: Claim): number {
    const nowMs = this.#input.now();
    const limitMs = this.#budgetMs * REACH[purpose];
    if (airtimeMs > limitMs) return Number.POSITIVE_INFINITY;
    const atMs = this.#spent.earliestMs(nowMs, airtimeMs, limitMs - this.#takenMs);
    const ackMs =
      purpose === 'ack'
        ? this.#acks.earliestMs(nowMs, airtimeMs, this.#budgetMs * ACK_SHARE)
        : nowMs;
    return Math.min(Math.max(atMs, ackMs) - nowMs, HOUR_MS);
  }

  /** Whether a silent peer may be tried now. */
  get mayProbe(): boolean {
    return this.#input.now() >= this.#nextProbeMs;
  }

  /** Whether the record already counts so much as spent. */
  isWritten(airtimeMs: number): boolean {
    return this.#input.record === undefined || this.#ahead.covers(airtimeMs);
  }

  /** Write down so much as spent, and some more. @throws TiesError LINK_AIRTIME_RECORD */
  writeAhead(airtimeMs: number): Promise<void> {
    return this.#ahead.extend(airtimeMs + this.#budgetMs * AHEAD_SHARE);
  }

  /** Whether the claim was to be had; if so it must be settled or given back. */
  take(claim: Claim): boolean {
    if (this.waitMs(claim) > 0 || !this.#leavesToOthers(claim)) return false;
    const { airtimeMs } = claim;
    const isTaken = this.isWritten(airtimeMs);
    if (isTaken) {
      this.#takenMs += airtimeMs;
      this.#ahead.use(airtimeMs);
    }
    // Early, for an acknowledgement cannot wait for a disk.
    const isShort = !this.isWritten((this.#budgetMs * AHEAD_SHARE) / 2);
    if (!isTaken || isShort || this.#input.now() - this.#savedMs > STALE_MS)
      this.writeAhead(isTaken ? 0 : airtimeMs).catch(() => undefined);
    return isTaken;
  }

  /** So much of what was taken has been sent by now. */
  settle({ purpose, airtimeMs, source }: Claim): void {
    this.#takenMs -= airtimeMs;
    const nowMs = this.#input.now();
    this.#spent.spend(nowMs, airtimeMs);
    if (purpose === 'ack') this.#acks.spend(nowMs, airtimeMs);
    if (source !== undefined) this.#shares.draw(source, airtimeMs, nowMs);
    if (purpose !== 'probe') return;
    const evenlyMs = (airtimeMs / (this.#budgetMs * PROBE_SHARE)) * HOUR_MS;
    this.#nextProbeMs = Math.max(this.#nextProbeMs, nowMs) + evenlyMs;
  }

  /** So much of what was taken will not be sent. */
  giveBack(airtimeMs: number): void {
    this.#takenMs -= airtimeMs;
    this.#ahead.giveBack(airtimeMs);
  }

  #leavesToOthers({ source, airtimeMs }: Claim): boolean {
    if (source === undefined) return true;
    const nowMs = this.#input.now();
    const leftMs = Math.min(
      this.#budgetMs * REACH.ack - this.#spent.usedMs(nowMs) - this.#takenMs,
      this.#budgetMs * ACK_SHARE - this.#acks.usedMs(nowMs),
    );
    return this.#shares.allows(source, airtimeMs, leftMs, nowMs);
  }

  async #save(aheadMs: number): Promise<void> {
    const { subBand, now, record } = this.#input;
    this.#savedMs = now();
    const past = this.#spent.past(this.#savedMs, RECORD_GRAIN_MS);
    const rounded = [...past, [0, this.#takenMs + aheadMs] as const].map(
      ([agoMs, airtimeMs]): PastAirtime => [Math.floor(agoMs), Math.ceil(airtimeMs)],
    );
    try {
      await record?.save(subBand.name, rounded);
    } catch (cause) {
      throw new TiesError(
        'LINK_AIRTIME_RECORD',
        'The airtime to be used could not be written down, so nothing is sent: look at the disk.',
        { cause },
      );
    }
  }
}

/**
 * No hour has held more than its budget: what goes beyond was written ahead and never used, by
 * processes that did not live long, and would keep a device silent for hours.
 */
const latestWithin = (budgetMs: number, past: readonly PastAirtime[]): PastAirtime[] => {
  let leftMs = budgetMs;
  const latest = past.toReversed().map(([agoMs, airtimeMs]): PastAirtime => {
    const countedMs = Math.min(airtimeMs, leftMs);
    leftMs -= countedMs;
    return [agoMs, countedMs];
  });
  return latest.filter(([, airtimeMs]) => airtimeMs > 0).reverse();
};
