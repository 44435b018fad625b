import type { Clock } from '../../drivers/clock/interface.ts';
import type { AirtimeRecord, PastAirtime } from '../../transports/lora/interface.ts';

/** A write to an SD card. *est.* */
const WRITE_MS = 20;

/** Keeps what was written whole; a power cut loses what was not. */
export class UnreliableDisk implements AirtimeRecord {
  readonly #clock: Clock;
  readonly #kept = new Map<string, readonly PastAirtime[]>();
  #life = 0;
  writes = 0;
  isWriting = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  load(subBand: string): readonly PastAirtime[] {
    return this.#kept.get(subBand) ?? [];
  }

  async save(subBand: string, past: readonly PastAirtime[]): Promise<void> {
    const life = this.#life;
    this.writes += 1;
    this.isWriting = true;
    await this.#clock.work(WRITE_MS, async () => undefined);
    if (life !== this.#life) return;
    this.isWriting = false;
    this.#kept.set(subBand, past);
  }

  cut(): void {
    this.#life += 1;
    this.isWriting = false;
  }
}
