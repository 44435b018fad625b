import { TiesError } from '../../protocol/errors.ts';
import type { Clock } from '../clock/interface.ts';
import type { InputLine } from '../gpio/interface.ts';

export interface LookoutInput {
  readonly clock: Clock;
  /** Tells of all that the chip has done; null where there is no line. */
  readonly dio0: InputLine | null;
  /** Tells of a detection, at the same time: a second wire for the same thing. */
  readonly dio1: InputLine | null;
  symbolMs(): number;
  /** Whether the chip is at something that ends by itself. */
  isBusy(): boolean;
  /** Looks at the chip's flags in its turn; tells whether there was anything. */
  look(): Promise<boolean | undefined>;
  tell(trouble: TiesError): void;
}

/** Where edges tell, flags are polled all the same: an edge that got lost says nothing. */
const GUARD_MS = 100;
/** Where nothing else tells: within a preamble, so before the next frame overwrites the last. */
const POLL_SYMBOLS = 8;
const POLL_MIN_MS = 2;
const POLL_MAX_MS = 20;
/** Once what the chip is at should be done. */
const POLL_DUE_MS = 1;
/** So many looks in a row that found what no edge had told of. */
const EDGES_MISSED = 3;

/** When to look at the chip: at each edge of a line, and time and again without. */
export class Lookout {
  readonly #input: LookoutInput;
  readonly #stops: (() => void)[];
  #timer: unknown;
  #isLooking = false;
  /** The edge that is being looked at, and one that came since. */
  #edgeMs: number | null = null;
  #nextEdgeMs: number | null = null;
  #missed = 0;

  constructor(input: LookoutInput) {
    this.#input = input;
    const { dio0, dio1 } = input;
    this.#stops = [
      dio0?.onRising(() => {
        this.#missed = 0;
        this.#edge();
      }),
      dio1?.onRising(() => this.#edge()),
    ].filter((stop) => stop !== undefined);
    this.#lookIn(this.#intervalMs());
  }

  /** When what is found happened: at its edge, or without one now at the latest. */
  eventMs(): number {
    return this.#edgeMs ?? this.#nextEdgeMs ?? this.#input.clock.now();
  }

  /** The chip is at something that it will have done after this time. */
  expect(durationMs: number): void {
    if (this.#polls()) this.#lookIn(durationMs);
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#input.clock.clearTimeout(this.#timer);
  }

  #edge(): void {
    this.#nextEdgeMs ??= this.#input.clock.now();
    void this.#look();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    do {
      this.#edgeMs = this.#nextEdgeMs;
      this.#nextEdgeMs = null;
      const found = await this.#input.look();
      if (found === true && this.#edgeMs === null && this.#nextEdgeMs === null) this.#miss();
      this.#edgeMs = null;
      // Edges that came while the chip was looked at may have come too late for that look.
    } while (this.#nextEdgeMs !== null);
    this.#isLooking = false;
  }

  #miss(): void {
    if (this.#input.dio0 === null) return;
    this.#missed += 1;
    if (this.#missed !== EDGES_MISSED) return;
    this.#input.tell(
      new TiesError(
        'RADIO_EDGES_LOST',
        'DIO0 of the SX127x tells nothing: check that it is wired to the configured pin. Its flags are polled until it does, which takes more time.',
      ),
    );
  }

  /** Whether polling is the only way. */
  #polls(): boolean {
    return this.#input.dio0 === null || this.#missed >= EDGES_MISSED;
  }

  #intervalMs(): number {
    if (!this.#polls()) return GUARD_MS;
    if (this.#input.isBusy()) return POLL_DUE_MS;
    return Math.min(Math.max(POLL_SYMBOLS * this.#input.symbolMs(), POLL_MIN_MS), POLL_MAX_MS);
  }

  #lookIn(delayMs: number): void {
    const { clock } = this.#input;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => {
      void this.#look();
      this.#lookIn(this.#intervalMs());
    }, delayMs);
  }
}
