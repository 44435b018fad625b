import { Observable, Subject } from 'rxjs';
import { TiesError } from '../../protocol/errors.ts';
import { airtimeMs, symbolMs } from '../../protocol/lora/airtime.ts';
import { MAX_FRAME_BYTES, type Modulation } from '../../protocol/lora/modulation.ts';
import type { Clock } from '../clock/interface.ts';
import type { InputLine } from '../gpio/interface.ts';
import type { Activity, Radio, Reception } from '../radio/interface.ts';
import type { Chip } from './chip.ts';
import { Health } from './health.ts';
import { Lookout } from './lookout.ts';
import { IRQ } from './registers.ts';
import { type Settings, settingsFor, type Wiring } from './settings.ts';
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

/** What the radio was asked for and has not ended yet; there is one at most. */
interface Task {
  readonly name: 'sending' | 'sensing' | 'tuning';
  /** By which the chip tells that it has done it. */
  readonly doneFlag: number;
  readonly done: (flags: number) => void;
  readonly fail: (fault: TiesError) => void;
  /** Its turn has begun. */
  hasBegun?: boolean;
  /** Set once the chip is at it, and ends by itself. */
  watchdog?: unknown;
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
  readonly #chip: Chip;
  readonly #clock: Clock;
  readonly #turns = new Turns((cause) => this.#health.failed(cause));
  readonly #lookout: Lookout;
  readonly #health: Health;
  #task: Task | null = null;
  #listeningSinceMs = 0;
  #isClosed = false;

  /** The chip listens already. */
  constructor(input: RadioInput) {
    this.#input = input;
    this.#chip = input.chip;
    this.#clock = input.clock;
    this.#listeningSinceMs = input.clock.now();
    const { chip, clock, dio0, dio1 } = input;
    this.#health = new Health({
      chip,
      clock,
      turns: this.#turns,
      isSteady: () => this.#task === null,
      tell: (trouble) => this.troubles.next(trouble),
      lost: (fault, canGoOn) => this.#abort(fault, canGoOn),
      listening: () => this.#listens(),
    });
    this.#lookout = new Lookout({
      clock,
      lines: [dio0, dio1],
      symbolMs: () => symbolMs(this.modulation),
      isBusy: () => this.#task?.watchdog !== undefined,
      look: () => this.#turns.take(() => this.#service()),
      tell: (trouble) => this.troubles.next(trouble),
    });
  }

  get modulation(): Modulation {
    return this.#chip.settings.modulation;
  }

  transmit(frame: Uint8Array): Observable<never> {
    return new Observable((subscriber) => {
      requireLength(frame, this.#chip.settings);
      const bytes = frame.slice();
      const task = this.#begin({
        name: 'sending',
        doneFlag: IRQ.txDone,
        done: () => subscriber.complete(),
        fail: (fault) => subscriber.error(fault),
      });
      this.#turnOf(task, async () => {
        await this.#halt();
        await this.#chip.send(bytes);
        const airMs = airtimeMs(this.modulation, bytes.length);
        this.#expect(task, airMs, WATCHDOG * airMs);
      });
    });
  }

  /** The RSSI is the one before the detection: then the receiver has run long enough. */
  senseActivity(): Observable<Activity> {
    return new Observable((subscriber) => {
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
      this.#turnOf(task, async () => {
        await this.#rssiSettled();
        const channel = await this.#chip.channel();
        if (this.#task !== task) return;
        rssiDbm = channel.rssiDbm;
        if (channel.receiving) {
          this.#end(task);
          tell(false, true);
          return;
        }
        await this.#halt();
        await this.#chip.detect();
        const oneMs = symbolMs(this.modulation);
        const limitMs = DETECTION_LIMIT_SYMBOLS * oneMs + DETECTION_LIMIT_MS;
        this.#expect(task, DETECTION_SYMBOLS * oneMs, limitMs);
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
      this.#turnOf(task, async () => {
        await this.#halt();
        await this.#chip.configure(settings);
        await this.#listen();
        this.#end(task);
        task.done(0);
      });
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#lookout.stop();
    this.#health.stop();
    const fault = new TiesError('RADIO_CLOSED', 'The radio was closed: open it again to go on.');
    this.#abort(fault, false);
    this.receptions.complete();
    this.troubles.complete();
    this.#turns.last(() => this.#chip.sleep(), this.#input.release);
  }

  /** Looks what the chip has done: it sent, detected, or received. Returns whether anything. */
  async #service(): Promise<boolean> {
    if (this.#health.isBroken) return false;
    const flags = await this.#chip.flags();
    const task = this.#task;
    if (task?.watchdog !== undefined && (flags & task.doneFlag) !== 0) {
      await this.#listen();
      if (this.#end(task)) task.done(flags);
      return true;
    }
    if ((flags & IRQ.rxDone) === 0) return false;
    await this.#receive();
    return true;
  }

  async #receive(): Promise<void> {
    const { reception, mismatches } = await this.#chip.receive(this.#lookout.eventMs());
    if (mismatches.length > 0) this.#health.check();
    if (reception === null || this.#isClosed) return;
    this.#health.heard();
    this.receptions.next(reception);
  }

  /** Into standby; what had arrived just now is not lost. */
  async #halt(): Promise<void> {
    await this.#chip.standby();
    const flags = await this.#chip.flags();
    if ((flags & IRQ.rxDone) !== 0) await this.#receive();
    if (flags !== 0) await this.#chip.clear(0xff);
  }

  async #listen(): Promise<void> {
    await this.#chip.listen();
    this.#listens();
  }

  #listens(): void {
    this.#listeningSinceMs = this.#clock.now();
  }

  async #rssiSettled(): Promise<void> {
    const restMs = this.#listeningSinceMs + RSSI_SETTLING_MS - this.#clock.now();
    if (restMs <= 0) return;
    await new Promise<void>((resolve) => {
      this.#clock.setTimeout(resolve, restMs);
    });
  }

  #begin(task: Task): Task {
    if (this.#isClosed) {
      throw new TiesError('RADIO_CLOSED', 'The radio is closed: open it again to use it.');
    }
    this.#health.require();
    if (this.#task !== null) {
      throw new TiesError('RADIO_BUSY', `The radio is ${this.#task.name}: wait until it listens.`);
    }
    this.#task = task;
    return task;
  }

  #turnOf(task: Task, job: () => Promise<void>): void {
    this.#turns.take(async () => {
      if (this.#task !== task) return;
      task.hasBegun = true;
      await job();
    });
  }

  /** The chip is at it: it should be done after this time, and has gone wrong after that one. */
  #expect(task: Task, durationMs: number, limitMs: number): void {
    if (this.#task !== task) return;
    this.#lookout.expect(durationMs);
    task.watchdog = this.#clock.setTimeout(() => this.#overdue(task, limitMs), limitMs);
  }

  #overdue(task: Task, limitMs: number): void {
    this.#turnOf(task, async () => {
      // Perhaps just its edge was lost.
      await this.#service();
      if (this.#task !== task) return;
      await this.#health.heal(`It was still ${task.name} after ${limitMs.toFixed(0)} ms`);
    });
  }

  /** Returns false where it had ended before. */
  #end(task: Task): boolean {
    if (this.#task !== task) return false;
    this.#clock.clearTimeout(task.watchdog);
    this.#task = null;
    return true;
  }

  #abandon(task: Task): void {
    if (!this.#end(task) || !task.hasBegun) return;
    this.#turns.take(async () => {
      // What is to be sent stops the detection itself.
      if (this.#task?.name === 'sending') return;
      await this.#halt();
      await this.#listen();
    });
  }

  /** Of what the chip was at nothing is left; what waits for its turn goes on if the radio does. */
  #abort(fault: TiesError, canGoOn: boolean): void {
    const task = this.#task;
    if (task === null || (canGoOn && !task.hasBegun)) return;
    if (this.#end(task)) task.fail(fault);
  }
}

const requireLength = ({ length }: Uint8Array, { implicitLengthBytes }: Settings): void => {
  if (implicitLengthBytes !== null && length !== implicitLengthBytes) {
    throw new TiesError(
      'RADIO_FRAME_LENGTH',
      `Without a header all frames have ${implicitLengthBytes} B, this one ${length}: pad it, or let the link fragment it.`,
    );
  }
  if (length >= 1 && length <= MAX_FRAME_BYTES) return;
  throw new TiesError(
    'RADIO_FRAME_LENGTH',
    `A LoRa frame has 1 to ${MAX_FRAME_BYTES} B, this one ${length}: let the link fragment it.`,
  );
};
