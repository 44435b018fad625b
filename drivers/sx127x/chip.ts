import type { Clock } from '../clock/interface.ts';
import type { OutputLine } from '../gpio/interface.ts';
import type { Reception } from '../radio/interface.ts';
import type { SpiDevice } from '../spi/interface.ts';
import { emptyFifo, fillFifo } from './fifo.ts';
import { pause } from './pause.ts';
import { receivedFrame } from './received.ts';
import { Disagreement, type Mismatch, RegisterFile } from './register-file.ts';
import { DIO, IRQ, MODEM_RECEIVING, OP_MODE, REG } from './registers.ts';
import type { Settings } from './settings.ts';
import { channelRssiDbm } from './signal.ts';
import { startUp } from './start-up.ts';

export interface ChipInput {
  readonly spi: SpiDevice;
  readonly reset: OutputLine | null;
  readonly clock: Clock;
  readonly settings: Settings;
}

/** Registers that tell all of a reception, RegFifoRxCurrentAddr to RegFei. */
const RECEPTION = { address: REG.fifoRxCurrentAddr, count: REG.feiLsb - REG.fifoRxCurrentAddr + 1 };

/** RegOpMode may show a new mode only after a while (RadioLib waits as long). */
const MODE_SHOWS_MS = 5;
const MODE_STEP_MS = 1;
const START_ATTEMPTS = 2;

interface Received {
  readonly reception: Reception | null;
  /** Registers that disagree, to be seen to once the frame is delivered. */
  readonly mismatches: readonly Mismatch[];
}

interface Look {
  readonly bytes: Uint8Array;
  readonly mismatches: Mismatch[];
}

/** What one asks of the chip. Nothing here may run beside anything else: who calls takes turns. */
export class Chip {
  readonly registers: RegisterFile;
  readonly #input: ChipInput;
  #settings: Settings;
  #mode: number = OP_MODE.standby;
  #modeSinceMs = 0;
  #odd: readonly Mismatch[] = [];

  constructor(input: ChipInput) {
    this.#input = input;
    this.#settings = input.settings;
    this.registers = new RegisterFile(input.spi);
  }

  get settings(): Settings {
    return this.#settings;
  }

  /**
   * From any state into standby, all registers written. Where the same ones disagree after a
   * second time, this chip has them otherwise: they are compared no more, or there is no going on.
   * Throws `RADIO_MISSING`, `RADIO_CALIBRATION` or `RADIO_REGISTERS`.
   */
  async start(): Promise<void> {
    for (let attempt = 0; attempt < START_ATTEMPTS; attempt += 1) {
      const { clock, reset } = this.#input;
      await startUp({ registers: this.registers, clock, reset, settings: this.#settings });
      this.#mode = OP_MODE.standby;
      const mismatches = await this.verify();
      if (mismatches.length === 0) return;
      if (attempt === 0) continue;
      if (!this.registers.excuse(mismatches)) throw new Disagreement(mismatches);
      this.#odd = mismatches;
    }
  }

  /** Registers that this chip has otherwise. */
  get odd(): readonly Mismatch[] {
    return this.#odd;
  }

  /** In standby: what is listened and sent on from now on. */
  async configure(settings: Settings): Promise<void> {
    this.#settings = settings;
    await this.#enter(OP_MODE.standby);
    await this.registers.load(settings.image);
  }

  /** Stops what it does; the FIFO can be filled only here. What had arrived stays. */
  standby(): Promise<void> {
    return this.#enter(OP_MODE.standby);
  }

  sleep(): Promise<void> {
    return this.#enter(OP_MODE.sleep);
  }

  /**
   * With the registers before them, which tell at once of a bus that reads all zeros or ones and
   * of a chip that lost its settings: what stands at this address then are no flags, and this
   * throws `RADIO_REGISTERS`.
   */
  async flags(): Promise<number> {
    const { bytes, mismatches } = await this.#look(REG.irqFlags);
    if (mismatches.length > 0) throw new Disagreement(mismatches);
    return bytes[REG.irqFlags - REG.opMode] as number;
  }

  clear(flags: number): Promise<void> {
    return this.registers.write(REG.irqFlags, flags);
  }

  /** From standby. What the last mode left in the flags goes first, or it holds DIO0 high. */
  async listen(): Promise<void> {
    await this.clear(IRQ.all);
    await this.registers.set([[REG.dioMapping1, DIO.rxDone]]);
    await this.#carrier(this.#settings.receiveFrf);
    await this.#enter(OP_MODE.receiveContinuous);
  }

  /** From standby. */
  async send(frame: Uint8Array): Promise<void> {
    await this.registers.set([
      [REG.payloadLength, frame.length],
      [REG.dioMapping1, DIO.txDone],
    ]);
    await this.#carrier(this.#settings.transmitFrf);
    await fillFifo(this.registers, frame);
    await this.#enter(OP_MODE.transmit);
  }

  /** From standby: one channel activity detection. */
  async detect(): Promise<void> {
    await this.registers.set([[REG.dioMapping1, DIO.cadDoneAndDetected]]);
    await this.#enter(OP_MODE.detectActivity);
  }

  /** While it listens: whether it is amid a frame, and the power in the channel. */
  async channel(): Promise<{ receiving: boolean; rssiDbm: number }> {
    const count = REG.rssiValue - REG.modemStat + 1;
    const bytes = await this.registers.read(REG.modemStat, count);
    return {
      receiving: ((bytes[0] as number) & MODEM_RECEIVING) !== 0,
      rssiDbm: channelRssiDbm(bytes[count - 1] as number, this.#settings.isLowFrequency),
    };
  }

  /** After RxDone, and before the next one: the frame, or null where its CRC failed. */
  async receive(endMs: number): Promise<Received> {
    const { registers } = this;
    const { address, count } = RECEPTION;
    let bytes = await registers.read(address, count);
    if (registers.compare(address, bytes).length > 0) bytes = await registers.read(address, count);
    const mismatches = registers.compare(address, bytes);
    // Cleared before the FIFO is read, so that the next frame raises its own edge.
    await this.clear(IRQ.all);
    const received = receivedFrame(bytes, this.#settings);
    if (received === null) return { reception: null, mismatches };
    const frame = await emptyFifo(registers, received.fifoAddress, received.length);
    return { reception: received.reception(frame, endMs), mismatches };
  }

  /** Registers, the mode included, that are not as they were left. */
  async verify(): Promise<Mismatch[]> {
    const { mismatches } = await this.#look(REG.paDac);
    return mismatches;
  }

  /**
   * Registers from RegOpMode to that one, and which of them disagree. Where any does they are read
   * again: a bus errs too, and a mode takes its time to show.
   */
  async #look(last: number): Promise<Look> {
    const { clock } = this.#input;
    let look = await this.#lookOnce(last);
    while (look.mismatches.length > 0 && clock.now() - this.#modeSinceMs < MODE_SHOWS_MS) {
      await pause(clock, MODE_STEP_MS);
      look = await this.#lookOnce(last);
    }
    return look.mismatches.length === 0 ? look : this.#lookOnce(last);
  }

  async #lookOnce(last: number): Promise<Look> {
    const bytes = await this.registers.read(REG.opMode, last - REG.opMode + 1);
    const mismatches = this.registers.compare(REG.opMode, bytes);
    const found = bytes[0] as number;
    const expected = this.#settings.modem | this.#mode;
    // Sending and detecting end by themselves, in standby.
    const ends = this.#mode === OP_MODE.transmit || this.#mode === OP_MODE.detectActivity;
    const counts = ends ? OP_MODE.lora : OP_MODE.lora | OP_MODE.mode;
    if (((found ^ expected) & counts) !== 0) {
      mismatches.unshift({ address: REG.opMode, expected, found });
    }
    return { bytes, mismatches };
  }

  async #carrier([msb, mid, lsb]: Settings['receiveFrf']): Promise<void> {
    await this.registers.set([
      [REG.frfMsb, msb],
      [REG.frfMid, mid],
      [REG.frfLsb, lsb],
    ]);
  }

  async #enter(mode: number): Promise<void> {
    await this.registers.write(REG.opMode, this.#settings.modem | mode);
    this.#mode = mode;
    this.#modeSinceMs = this.#input.clock.now();
  }
}
