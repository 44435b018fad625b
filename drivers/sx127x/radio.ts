import { Observable, Subject } from 'rxjs';
import { TiesError } from '../../protocol/errors.ts';
import { airtimeMs, symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Clock } from '../clock/interface.ts';
import type { InputLine } from '../gpio/interface.ts';
import type { Activity, Radio, Reception } from '../radio/interface.ts';
import { Agenda, type Task } from './agenda.ts';
import type { Chip } from './chip.ts';
import { requireLength } from './frame-length.ts';
import { Health } from './health.ts';
import { Lookout } from './lookout.ts';
import { pause } from './pause.ts';
import { Disagreement } from './register-file.ts';
import { IRQ } from './registers.ts';
import { settingsFor, type Wiring } from './settings.ts';
import { Turns } from './turns.ts';

export interface RadioInput {
  readonly chip: Chip;
  readonly clock: Clock;
  readonly dio0: InputLine | null;
  readonly dio1: InputLine | null;
  readonly wiring: Wiring;
  /** Gives back what the radio was opened with. */
  release(): Promise<void>;
}

/** A channel activity detection takes some two symbols (datasheet §4.1.2.5); twice that is late. */
const DETECTION_SYMBOLS = 2;
const DETECTION_LIMIT_SYMBOLS = 4;
const DETECTION_LIMIT_MS = 10;
/** A frame that took this many times its time on air has gone wrong. */
const WATCHDOG = 1.5;
/** From the receiver's start until RegRssiValue holds (Semtech's reference driver). */
const RSSI_SETTLING_MS = 1;

/** An SX127x as a `Radio`. Whatever touches the chip takes a turn. */
export class Sx127xRadio implements Radio {
  readonly receptions = new Subject<Reception>();
  readonly troubles = new Subject<TiesError>();
  readonly #input: RadioInput;
  readonly #turns = new Turns((cause) => this.#health.failed(cause));
  readonly #agenda: Agenda;
  readonly #lookout: Lookout;
  readonly #health: Health;
  #listeningSinceMs = 0;
  #isClosed = false;

  /** The chip listens already. */
  constructor(input: RadioInput) {
    this.#input = input;
    const { chip, clock, dio0, dio1 } = input;
    const turns = this.#turns;
    const tell = (trouble: TiesError): void => this.troubles.next(trouble);
    this.#agenda = new Agenda({
      clock,
      turns,
      overdue: (task, limitMs) => this.#overdue(task, limitMs),
    });
    this.#health = new Health({
      chip,
      clock,
      turns,
      tell,
      isIdle: () => this.#agenda.task === null,
      lost: (fault, canGoOn) => this.#agenda.abort(fault, canGoOn),
      listening: () => this.#listens(),
    });
    this.#lookout = new Lookout({
      clock,
      dio0,
      dio1,
      tell,
      symbolMs: () => symbolMs(this.modulation),
      isBusy: () => this.#agenda.task?.watchdog !== undefined,
      look: () => turns.take(() => this.#service()),
    });
    this.#listens();
  }

  get modulation(): Modulation {
    return this.#input.chip.settings.modulation;
  }

  transmit(frame: Uint8Array): Observable<never> {
    return new Observable((subscriber) => {
      const { chip } = this.#input;
      requireLength(frame, chip.settings);
      const bytes = frame.slice();
      const task = this.#begin({
        name: 'sending',
        doneFlag: IRQ.txDone,
        done: () => subscriber.complete(),
        fail: (fault) => subscriber.error(fault),
      });
      this.#agenda.turnOf(task, async () => {
        await this.#halt();
        await chip.send(bytes);
        const airMs = airtimeMs(this.modulation, bytes.length);
        this.#lookout.expect(airMs);
        this.#agenda.limit(task, WATCHDOG * airMs);
      });
    });
  }

  /** The RSSI is the one before the detection: then the receiver has run long enough. */
  senseActivity(): Observable<Activity> {
    return new Observable((subscriber) => {
      const { chip } = this.#input;
      let rssiDbm = Number.NaN;
      const tell = (detected: boolean, receiving: boolean): void => {
        subscriber.next({ detected, receiving, rssiDbm });
        subscriber.complete();
      };
      const task = this.#begin({
        name: 'sensing',
        doneFlag: IRQ.cadDone,
        done: (flags) => tell((flags & IRQ.cadDetected) !== 0, false),
        fail: (fault) => subscriber.error(fault),
      });
      this.#agenda.turnOf(task, async () => {
        await this.#rssiSettled();
        const channel = await chip.channel();
        if (this.#agenda.task !== task) return;
        rssiDbm = channel.rssiDbm;
        if (channel.receiving) {
          this.#agenda.end(task);
          tell(false, true);
          return;
        }
        await this.#halt();
        await chip.detect();
        const oneMs = symbolMs(this.modulation);
        this.#lookout.expect(DETECTION_SYMBOLS * oneMs);
        this.#agenda.limit(task, DETECTION_LIMIT_SYMBOLS * oneMs + DETECTION_LIMIT_MS);
      });
      return () => this.#abandon(task);
    });
  }

  tune(modulation: Modulation): Observable<never> {
    return new Observable((subscriber) => {
      const settings = settingsFor(modulation, this.#input.wiring);
      const task = this.#begin({
        name: 'tuning',
        doneFlag: 0,
        done: () => subscriber.complete(),
        fail: (fault) => subscriber.error(fault),
      });
      this.#agenda.turnOf(task, async () => {
        await this.#halt();
        await this.#input.chip.configure(settings);
        await this.#listen();
        if (this.#agenda.end(task)) task.done(0);
      });
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#lookout.stop();
    this.#health.stop();
    const fault = new TiesError('RADIO_CLOSED', 'The radio was closed: open it again to go on.');
    this.#agenda.abort(fault, false);
    this.receptions.complete();
    this.troubles.complete();
    this.#turns.last(() => this.#input.chip.sleep(), this.#input.release);
  }

  /** Looks what the chip has done: it sent, detected, or received. Returns whether anything. */
  async #service(): Promise<boolean> {
    if (this.#health.isBroken) return false;
    const flags = await this.#input.chip.flags();
    const task = this.#agenda.doneBy(flags);
    if (task !== null) {
      await this.#listen();
      if (this.#agenda.end(task)) task.done(flags);
      return true;
    }
    if ((flags & IRQ.rxDone) === 0) return false;
    await this.#receive();
    return true;
  }

  async #receive(): Promise<void> {
    const { chip } = this.#input;
    const { reception, mismatches } = await chip.receive(this.#lookout.eventMs());
    if (reception !== null && !this.#isClosed) {
      this.#health.heard();
      this.receptions.next(reception);
    }
    if (mismatches.length > 0) throw new Disagreement(mismatches);
  }

  /** Into standby; what had arrived just now is not lost. */
  async #halt(): Promise<void> {
    const { chip } = this.#input;
    await chip.standby();
    const flags = await chip.flags();
    if ((flags & IRQ.rxDone) !== 0) await this.#receive();
    else if (flags !== 0) await chip.clear(IRQ.all);
  }

  async #listen(): Promise<void> {
    await this.#input.chip.listen();
    this.#listens();
  }

  #listens(): void {
    this.#listeningSinceMs = this.#input.clock.now();
  }

  async #rssiSettled(): Promise<void> {
    const { clock } = this.#input;
    const restMs = this.#listeningSinceMs + RSSI_SETTLING_MS - clock.now();
    if (restMs > 0) await pause(clock, restMs);
  }

  #begin(task: Task): Task {
    if (this.#isClosed) {
      throw new TiesError('RADIO_CLOSED', 'The radio is closed: open it again to use it.');
    }
    this.#health.require();
    return this.#agenda.begin(task);
  }

  async #overdue(task: Task, limitMs: number): Promise<void> {
    // Perhaps just its edge was lost.
    await this.#service();
    if (this.#agenda.task !== task) return;
    await this.#health.heal(`It was still ${task.name} after ${limitMs.toFixed(0)} ms`);
  }

  #abandon(task: Task): void {
    if (!this.#agenda.end(task) || !task.hasBegun) return;
    void this.#turns.take(async () => {
      // What is to be sent stops the detection itself.
      if (this.#agenda.task?.name === 'sending') return;
      await this.#halt();
      await this.#listen();
    });
  }
}
