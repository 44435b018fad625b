import type { Clock } from '../../drivers/clock/interface.ts';
import type { AirtimeRecord, PastAirtime } from '../../transports/lora/interface.ts';

/** A write to an SD card. *est.* */
const WRITE_MS = 20;

/** Keeps what was written whole; a power cut loses what was not. */
export class UnreliableDisk implements AirtimeRecord {
  readonly #clock: Clock;
  readonly #kept = new Map<string, readonly PastAirtime[]>();
  #life = 0;
  #underWay = 0;
  writes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isWriting(): boolean {
    return this.#underWay > 0;
  }

  load(subBand: string): readonly PastAirtime[] {
    return this.#kept.get(subBand) ?? [];
  }

  async save(subBand: string, past: readonly PastAirtime[]): Promise<void> {
    const life = this.#life;
    this.writes += 1;
    this.#underWay += 1;
    await this.#clock.work(WRITE_MS, async () => undefined);
    this.#underWay -= 1;
    if (life === this.#life) this.#kept.set(subBand, past);
  }

  cut(): void {
    this.#life += 1;
  }
}
