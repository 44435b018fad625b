import type { RegisterFile } from './register-file.ts';
import { Reg } from './registers.ts';

const BYTES = 256;

/** The 256 B that transmission and reception share (datasheet §4.1.2.3); addresses wrap. */
export class DataBuffer {
  readonly #bytes = new Uint8Array(BYTES);
  readonly #registers: RegisterFile;

  constructor(registers: RegisterFile) {
    this.#registers = registers;
  }

  /** Through RegFifo, which moves RegFifoAddrPtr on. */
  read(): number {
    return this.#bytes[this.#advance()] as number;
  }

  write(value: number): void {
    this.#bytes[this.#advance()] = value;
  }

  load(base: number, length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, i) => this.#bytes[(base + i) % BYTES] as number);
  }

  store(base: number, frame: Uint8Array): void {
    const untilWrap = frame.subarray(0, BYTES - base);
    this.#bytes.set(untilWrap, base);
    this.#bytes.set(frame.subarray(untilWrap.length), 0);
  }

  clear(): void {
    this.#bytes.fill(0);
  }

  #advance(): number {
    const pointer = this.#registers.lora(Reg.fifoAddrPtr);
    this.#registers.set('lora', Reg.fifoAddrPtr, (pointer + 1) % BYTES);
    return pointer;
  }
}
