import type { DioLine } from './dio-line.ts';
import type { RegisterFile } from './register-file.ts';
import { Reg } from './registers.ts';

/** Bits of RegIrqFlags (datasheet §6.4). */
export const Irq = {
  rxTimeout: 0x80,
  rxDone: 0x40,
  payloadCrcError: 0x20,
  validHeader: 0x10,
  txDone: 0x08,
  cadDone: 0x04,
  fhssChangeChannel: 0x02,
  cadDetected: 0x01,
} as const;

/** By the two bits of RegDioMapping1 (table 18); 11 is none. */
const DIO0_FLAG = [Irq.rxDone, Irq.txDone, Irq.cadDone, 0];
const DIO1_FLAG = [Irq.rxTimeout, Irq.fhssChangeChannel, Irq.cadDetected, 0];

export interface InterruptLines {
  readonly dio0: DioLine;
  readonly dio1: DioLine;
}

/** RegIrqFlags, and the lines that follow it. */
export class Interrupts {
  readonly #registers: RegisterFile;
  readonly #lines: InterruptLines;

  constructor(registers: RegisterFile, lines: InterruptLines) {
    this.#registers = registers;
    this.#lines = lines;
  }

  /** What is masked is not told at all. */
  raise(flags: number): void {
    const wanted = flags & ~this.#registers.lora(Reg.irqFlagsMask);
    this.#registers.setLora(Reg.irqFlags, this.#registers.lora(Reg.irqFlags) | wanted);
    this.update();
  }

  /** A 1 clears its flag. */
  clear(flags: number): void {
    this.#registers.setLora(Reg.irqFlags, this.#registers.lora(Reg.irqFlags) & ~flags);
    this.update();
  }

  /** Let the lines follow flags and mapping. */
  update(): void {
    const mapping = this.#registers.common(Reg.dioMapping1);
    const flags = this.#registers.lora(Reg.irqFlags);
    this.#lines.dio0.drive((flags & (DIO0_FLAG[mapping >> 6] as number)) !== 0);
    this.#lines.dio1.drive((flags & (DIO1_FLAG[(mapping >> 4) & 0b11] as number)) !== 0);
  }
}
