import { TiesError } from '../../protocol/errors.ts';
import type { Clock } from '../clock/interface.ts';
import type { OutputLine } from '../gpio/interface.ts';
import type { Reception } from '../radio/interface.ts';
import type { SpiDevice } from '../spi/interface.ts';
import { receivedFrame } from './received.ts';
import { describe, type Mismatch, RegisterFile } from './register-file.ts';
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

/** What one asks of the chip. Nothing here may run beside anything else: who calls takes turns. */
export class Chip {
  readonly registers: RegisterFile;
  readonly #input: ChipInput;
  #settings: Settings;
  #mode: number = OP_MODE.standby;

  constructor(input: ChipInput) {
    this.#input = input;
    this.#settings = input.settings;
    this.registers = new RegisterFile(input.spi);
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** From any state into standby, all registers written. Throws `RADIO_MISSING` and such. */
  async start(): Promise<void> {
    const { clock, reset } = this.#input;
    await startUp({ registers: this.registers, clock, reset, settings: this.#settings });
    this.#mode = OP_MODE.standby;
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
   * of a chip that lost its settings: what stands at this address then are no flags. Throws then,
   * if a second look is no better.
   */
  async flags(): Promise<number> {
    const first = await this.#look();
    const { flags, mismatches } = first.mismatches.length === 0 ? first : await this.#look();
    if (mismatches.length === 0) return flags;
    throw disagreeing(mismatches);
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
    await this.registers.write(REG.fifoAddrPtr, 0);
    await this.registers.writeFifo(frame);
    await this.#requireLoaded(frame.length);
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
  async receive(endMs: number): Promise<{ reception: Reception | null; mismatches: Mismatch[] }> {
    const { address, count } = RECEPTION;
    const bytes = await this.registers.read(address, count);
    const mismatches = this.registers.compare(address, bytes);
    // Cleared before the FIFO is read, so that the next frame raises its own edge.
    await this.clear(IRQ.all);
    const received = receivedFrame(bytes, this.#settings);
    if (received === null) return { reception: null, mismatches };
    const frame = await this.#unload(received.fifoAddress, received.length);
    return { reception: received.reception(frame, endMs), mismatches };
  }

  /**
   * Registers that are not as they were left; read twice, for a bus errs too. The mode counts
   * but where it ends by itself.
   */
  async verify(): Promise<Mismatch[]> {
    const endsItself = this.#mode === OP_MODE.transmit || this.#mode === OP_MODE.detectActivity;
    const opMode = endsItself ? null : this.#settings.modem | this.#mode;
    const first = await this.registers.verify(opMode);
    return first.length === 0 ? first : this.registers.verify(opMode);
  }

  async #look(): Promise<{ flags: number; mismatches: Mismatch[] }> {
    const count = REG.irqFlags - REG.opMode + 1;
    const bytes = await this.registers.read(REG.opMode, count);
    const mismatches = this.registers.compare(REG.opMode, bytes);
    const [found, flags] = [bytes[0] as number, bytes[count - 1] as number];
    const expected = this.#settings.modem | this.#mode;
    // Sending and detecting end by themselves, in standby.
    const ends = this.#mode === OP_MODE.transmit || this.#mode === OP_MODE.detectActivity;
    if (((found ^ expected) & (ends ? OP_MODE.lora : OP_MODE.lora | OP_MODE.mode)) !== 0) {
      mismatches.unshift({ address: REG.opMode, expected, found });
    }
    return { flags, mismatches };
  }

  /** A transfer that got lost would send something else, with a CRC that holds. */
  async #requireLoaded(length: number): Promise<void> {
    const count = REG.payloadLength - REG.fifoAddrPtr + 1;
    const bytes = await this.registers.read(REG.fifoAddrPtr, count);
    const pointer = { address: REG.fifoAddrPtr, expected: length, found: bytes[0] as number };
    const mismatches = this.registers.compare(REG.fifoAddrPtr, bytes);
    if (pointer.found !== pointer.expected) mismatches.push(pointer);
    if (mismatches.length > 0) throw disagreeing(mismatches);
  }

  /** The frame from the FIFO, read once more where a transfer got lost. */
  async #unload(address: number, length: number): Promise<Uint8Array> {
    const end = (address + length) & 0xff;
    const count = REG.irqFlags - REG.fifoAddrPtr + 1;
    let pointer = 0;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await this.registers.write(REG.fifoAddrPtr, address);
      const frame = await this.registers.read(REG.fifo, length);
      const after = await this.registers.read(REG.fifoAddrPtr, count);
      pointer = after[0] as number;
      if (pointer !== end) continue;
      // Had the clearing got lost, the frame would be found again.
      const isSame = after[REG.fifoRxCurrentAddr - REG.fifoAddrPtr] === address;
      if (isSame && ((after[count - 1] as number) & IRQ.rxDone) !== 0) {
        await this.clear(IRQ.all);
      }
      return frame;
    }
    const mismatch = { address: REG.fifoAddrPtr, expected: end, found: pointer };
    throw disagreeing([mismatch]);
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
  }
}

const disagreeing = (mismatches: readonly Mismatch[]): TiesError =>
  new TiesError('RADIO_REGISTERS', describe(mismatches));
