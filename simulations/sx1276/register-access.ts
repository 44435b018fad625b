import type { Random } from '../../drivers/random/interface.ts';
import type { Calibration } from './calibration.ts';
import type { DataBuffer } from './data-buffer.ts';
import type { Interrupts } from './interrupts.ts';
import type { Modem } from './modem.ts';
import { isAtRest, isLora, LONG_RANGE_MODE, Mode, modeOf } from './op-mode.ts';
import type { RegisterFile } from './register-file.ts';
import { LORA_READ_ONLY, LORA_WRITTEN_ANY_TIME, Reg } from './registers.ts';
import type { Report } from './violations.ts';

export interface RegisterAccessInput {
  readonly registers: RegisterFile;
  readonly buffer: DataBuffer;
  readonly modem: Modem;
  readonly interrupts: Interrupts;
  readonly calibration: Calibration;
  readonly random: Random;
  readonly report: Report;
}

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

/** What reading and writing an address does, and when it may be done (datasheet §4.1.2). */
export class RegisterAccess {
  readonly #input: RegisterAccessInput;

  constructor(input: RegisterAccessInput) {
    this.#input = input;
  }

  read(address: number): number {
    const { registers, modem, random } = this.#input;
    const { receiver } = modem;
    if (address === Reg.fifo) return this.#readFifo();
    const page = registers.pageOf(address);
    if (page === 'lora') {
      if (address === Reg.modemStat) return receiver.status;
      if (address === Reg.rssiValue) return receiver.rssi;
      if (address === Reg.irqFlags) receiver.tellHeader();
      // Noise of the receiver, least significant bit above all (Semtech AN1200.24).
      if (address === Reg.rssiWideband) return receiver.isOn ? (random.bytes(1)[0] as number) : 0;
    }
    return registers.get(page, address);
  }

  write(address: number, value: number): void {
    const { registers, interrupts, report } = this.#input;
    const page = registers.pageOf(address);
    const what = (): string => `${hex(value)} to ${hex(address)}`;
    if (!registers.isDocumented(page, address)) report('reserved-register', what());
    if (address === Reg.fifo) this.#writeFifo(value);
    else if (address === Reg.opMode) this.#writeOpMode(value);
    else if (page === 'fsk' && address === Reg.imageCal) this.#input.calibration.write(value);
    else if (page === 'lora') this.#writeLora(address, value, what);
    else if (address === Reg.version) report('read-only-register', what());
    else registers.set(page, address, value);
    if (address === Reg.dioMapping1) interrupts.update();
  }

  #writeLora(address: number, value: number, what: () => string): void {
    const { registers, interrupts, modem, report } = this.#input;
    if (address === Reg.irqFlags) {
      interrupts.clear(value);
      return;
    }
    if (LORA_READ_ONLY.has(address)) {
      report('read-only-register', what());
      return;
    }
    if (!LORA_WRITTEN_ANY_TIME.has(address) && !isAtRest(modem.mode))
      report('configured-while-active', what());
    registers.setLora(address, value);
  }

  #readFifo(): number {
    const { buffer, modem, report } = this.#input;
    if (modem.isClocked) return buffer.read();
    report('fifo-in-sleep', 'read');
    return 0;
  }

  #writeFifo(value: number): void {
    const { buffer, modem, report } = this.#input;
    if (!modem.isClocked) {
      report('fifo-in-sleep', 'write');
      return;
    }
    if (modem.mode !== Mode.standby) report('fifo-filled-outside-standby', `mode ${modem.mode}`);
    buffer.write(value);
  }

  #writeOpMode(value: number): void {
    const { registers, modem, report } = this.#input;
    if (modem.isStuck) return;
    const what = `RegOpMode ${hex(registers.opMode)} to ${hex(value)}`;
    const from = modem.mode;
    const mode = modeOf(value);
    let long = value & LONG_RANGE_MODE;
    if ((long !== 0) !== isLora(registers.opMode) && from !== Mode.sleep) {
      report('lora-bit-outside-sleep', what);
      long = registers.opMode & LONG_RANGE_MODE;
    }
    registers.opMode = long | (value & 0x78) | from;
    if (long === 0 && mode > Mode.standby) {
      report(mode > Mode.receiveContinuous ? 'reserved-mode' : 'fsk-on-air', what);
      return;
    }
    modem.enter(mode);
  }
}
