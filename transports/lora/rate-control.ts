import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { ANNOUNCE_BYTES } from './frame.ts';
import {
  afterFastSilence,
  afterReport,
  baseRate,
  type Rate,
  type Report,
  stepOf,
} from './rate-policy.ts';

/** So many peers are remembered, the one spoken to longest ago making room. */
const MAX_PEERS = 64;

/** How fast to send to each peer. */
export class RateControl {
  readonly #steps: readonly Modulation[];
  readonly #rates = new Map<number, Rate>();

  constructor(steps: readonly Modulation[]) {
    this.#steps = steps;
  }

  /** The step up to the peer's at which a burst and its ack of these lengths are over soonest. */
  stepFor(peer: number, frameBytes: readonly number[], ackBytes: number): number {
    const limit = stepOf(this.#rateOf(peer));
    if (limit === 0) return 0;
    const airtime = (step: number): number => {
      const modulation = this.#steps[step] as Modulation;
      const announcing = step === 0 ? 0 : airtimeMs(this.#steps[0] as Modulation, ANNOUNCE_BYTES);
      const sum = (total: number, length: number) => total + airtimeMs(modulation, length);
      return [...frameBytes, ackBytes].reduce(sum, announcing);
    };
    const steps = Array.from({ length: limit + 1 }, (_, step) => step);
    return steps.reduce((best, step) => (airtime(step) < airtime(best) ? step : best), 0);
  }

  reported(peer: number, report: Report): void {
    this.#keep(peer, afterReport(this.#rateOf(peer), report, this.#steps));
  }

  /** Nothing came back from a burst at a fast step. */
  silent(peer: number): void {
    this.#keep(peer, afterFastSilence(this.#rateOf(peer)));
  }

  #rateOf(peer: number): Rate {
    return this.#rates.get(peer) ?? baseRate;
  }

  #keep(peer: number, rate: Rate): void {
    this.#rates.delete(peer);
    this.#rates.set(peer, rate);
    const [oldest] = this.#rates.keys();
    if (this.#rates.size > MAX_PEERS && oldest !== undefined) this.#rates.delete(oldest);
  }
}
