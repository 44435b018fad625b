import { defer, EMPTY, NEVER, Observable, type Subscriber } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Activity, Radio, Reception } from '../../drivers/radio/interface.ts';
import { symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { memoryMs } from '../../transports/lora/heard.ts';
import type { Antenna } from './antenna.ts';
import { drifted } from './drifting-clock.ts';
import { busyFault, closedFault, requireLength } from './radio-faults.ts';
import { SimulatedHearing } from './simulated-hearing.ts';

/** Symbols a channel activity detection takes (SX1276 datasheet, Channel Activity Detection). */
const SENSING_SYMBOLS = 2;

export interface SimulatedRadioInput {
  readonly antenna: Antenna;
  readonly modulation: Modulation;
  readonly clock: Clock;
  /** How many millionths the clock of its device is fast. */
  readonly ppm: number;
}

/** A radio without registers: an antenna that listens whenever it does not send. */
export class SimulatedRadio implements Radio {
  readonly hearing: SimulatedHearing;
  readonly troubles = NEVER;
  readonly #antenna: Antenna;
  readonly #clock: Clock;
  #modulation: Modulation;
  /** Who asked for something last. */
  #asking: Subscriber<Activity> | null = null;
  #state: 'listening' | 'sensing' | 'sending' | 'closed' = 'listening';

  constructor({ antenna, modulation, clock, ppm }: SimulatedRadioInput) {
    this.#antenna = antenna;
    this.#clock = clock;
    this.#modulation = modulation;
    this.hearing = new SimulatedHearing({ antenna, memoryMs: () => memoryMs(this.#modulation) });
    antenna.arrivals.subscribe({
      next: ({ isIntact, frame, rssiDbm, snrDb, startMs, endMs }) => {
        if (!isIntact) return;
        const [beganMs, endedMs] = [drifted(startMs, ppm), drifted(endMs, ppm)];
        this.hearing.hear({ frame, rssiDbm, snrDb, startMs: beganMs, endMs: endedMs });
      },
      complete: () => this.hearing.close(),
    });
    antenna.listen(modulation);
  }

  get receptions(): Observable<Reception> {
    return this.hearing.receptions;
  }

  get modulation(): Modulation {
    return this.#modulation;
  }

  transmit(frame: Uint8Array): Observable<never> {
    return new Observable((subscriber) => {
      this.#requireListening();
      requireLength(frame);
      this.#state = 'sending';
      this.#asking = subscriber;
      this.#antenna.transmit(frame, this.#modulation, () => {
        if (this.#state === 'sending') this.#listen();
        subscriber.complete();
      });
    });
  }

  /** As on a chip: a modem in the middle of a frame is left alone, else it is deaf meanwhile. */
  senseActivity(): Observable<Activity> {
    return new Observable((subscriber) => {
      this.#requireListening();
      this.#state = 'sensing';
      this.#asking = subscriber;
      const sinceMs = this.#clock.now();
      const rssiDbm = this.#antenna.powerDbm(this.#modulation);
      const wasReceiving = this.#isReceiving();
      let isOver = false;
      const end = (): void => {
        if (isOver || this.#state !== 'sensing') return;
        isOver = true;
        this.#state = 'listening';
        if (!wasReceiving) this.#antenna.listen(this.#modulation);
      };
      const timer = this.#clock.setTimeout(() => {
        const receiving = wasReceiving && this.#isReceiving();
        const detected = !receiving && this.#antenna.detects(this.#modulation, sinceMs);
        end();
        subscriber.next({ detected, receiving, rssiDbm });
        subscriber.complete();
      }, SENSING_SYMBOLS * symbolMs(this.#modulation));
      return () => {
        this.#clock.clearTimeout(timer);
        end();
      };
    });
  }

  tune(modulation: Modulation): Observable<never> {
    return defer(() => {
      this.#requireListening();
      this.#modulation = modulation;
      this.#listen();
      return EMPTY;
    });
  }

  close(): void {
    this.#state = 'closed';
    this.#antenna.leave();
    this.#asking?.error(closedFault());
  }

  #isReceiving(): boolean {
    return this.#antenna.lock !== 'none';
  }

  #listen(): void {
    this.#state = 'listening';
    this.#antenna.listen(this.#modulation);
  }

  #requireListening(): void {
    if (this.#state === 'listening') return;
    if (this.#state === 'closed') throw closedFault();
    throw busyFault(this.#state);
  }
}
