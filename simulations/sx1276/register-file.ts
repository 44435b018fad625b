import { ACCESS_SHARED_REG, isLora } from './op-mode.ts';
import { COMMON_RESET, FSK_RESET, LORA_RESET, PAGE_END, PAGE_START, Reg } from './registers.ts';

export type Page = 'common' | 'fsk' | 'lora';

const REGISTERS = 0x80;
const RESET_VALUES = { common: COMMON_RESET, fsk: FSK_RESET, lora: LORA_RESET } as const;

/** The cells behind the addresses, two to an address where FSK and LoRa share it. */
export class RegisterFile {
  readonly #cells = {
    common: new Uint8Array(REGISTERS),
    fsk: new Uint8Array(REGISTERS),
    lora: new Uint8Array(REGISTERS),
  };

  #carrier = 0;

  constructor() {
    this.reset();
  }

  reset(): void {
    for (const page of ['common', 'fsk', 'lora'] as const) {
      this.#cells[page].fill(0);
      for (const [address, value] of Object.entries(RESET_VALUES[page]))
        this.#cells[page][Number(address)] = value;
    }
    this.takeCarrier();
  }

  get opMode(): number {
    return this.#cells.common[Reg.opMode] as number;
  }

  set opMode(value: number) {
    this.#cells.common[Reg.opMode] = value;
  }

  /** Which cells an address means at this moment. */
  pageOf(address: number): Page {
    if (address < PAGE_START || address > PAGE_END) return 'common';
    const lora = isLora(this.opMode) && (this.opMode & ACCESS_SHARED_REG) === 0;
    return lora ? 'lora' : 'fsk';
  }

  /** Whether the datasheet gives the address a meaning; of FSK only a part is modelled. */
  isDocumented(page: Page, address: number): boolean {
    return page === 'fsk' || address in RESET_VALUES[page];
  }

  get(page: Page, address: number): number {
    return this.#cells[page][address] as number;
  }

  set(page: Page, address: number, value: number): void {
    this.#cells[page][address] = value;
    if (page === 'common' && address === Reg.frfLsb) this.takeCarrier();
  }

  /** RegFrf as the synthesizer has it: it takes a new one with its last byte (datasheet §6.4). */
  get carrier(): number {
    return this.#carrier;
  }

  takeCarrier(): void {
    const { common } = this.#cells;
    const [msb, mid, lsb] = [common[Reg.frfMsb], common[Reg.frfMid], common[Reg.frfLsb]];
    this.#carrier = ((msb as number) << 16) | ((mid as number) << 8) | (lsb as number);
  }

  common(address: number): number {
    return this.get('common', address);
  }

  lora(address: number): number {
    return this.get('lora', address);
  }

  setLora(address: number, ...values: readonly number[]): void {
    this.#cells.lora.set(values, address);
  }
}
