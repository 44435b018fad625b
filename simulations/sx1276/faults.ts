import type { DioLine } from './dio-line.ts';
import type { RegisterFile } from './register-file.ts';

export interface ChipFaultsInput {
  readonly registers: RegisterFile;
  readonly dio0: DioLine;
  readonly dio1: DioLine;
  /** Begins anew, as after power came back. */
  readonly restart: () => void;
}

/** How long a fault lasts that a reset may mend. */
export type Until = 'reset' | 'repaired';

/** What befalls a chip in the field; a test calls for it. */
export class ChipFaults {
  readonly #input: ChipFaultsInput;
  #silent: { readonly level: 0x00 | 0xff; readonly until: Until } | null = null;
  #glitch: { readonly level: 0x00 | 0xff; after: number } | null = null;
  #stuck: Until | null = null;
  #isDeaf = false;
  #framesWithoutCrc = 0;

  constructor(input: ChipFaultsInput) {
    this.#input = input;
  }

  /** Change bits of a LoRa or common register behind the driver's back. */
  flip(address: number, mask: number): void {
    const { registers } = this.#input;
    const page = registers.pageOf(address);
    registers.set(page, address, registers.get(page, address) ^ mask);
    registers.takeCarrier();
  }

  /** The supply dipped: all registers are at their defaults, the FSK modem is in standby. */
  brownOut(): void {
    this.#input.restart();
  }

  loseEdges(line: 'dio0' | 'dio1', count = 1): void {
    this.#input[line].loseEdges(count);
  }

  /** From now on no edge of this line arrives. */
  stick(line: 'dio0' | 'dio1'): void {
    this.#input[line].stick();
  }

  /** MISO stays at one level, and nothing written arrives. */
  silence(level: 0x00 | 0xff, until: Until): void {
    this.#silent = { level, until };
  }

  /** One transfer, after so many others, is answered with this level and heeded not at all. */
  glitch(level: 0x00 | 0xff, after = 0): void {
    this.#glitch = { level, after };
  }

  /** The next transmission goes out but does not end for the chip, nor can its mode be changed. */
  stickInTransmit(until: Until): void {
    this.#stuck = until;
  }

  /** The receiver says it is on and hears nothing, until it is entered anew after a reset. */
  deafen(): void {
    this.#isDeaf = true;
  }

  /** The headers of the next frames heard say that no payload CRC follows. */
  hearWithoutCrc(frames = 1): void {
    this.#framesWithoutCrc = frames;
  }

  repair(): void {
    this.#silent = null;
    this.#stuck = null;
    this.#isDeaf = false;
  }

  /** What the reset line mends. */
  reset(): void {
    if (this.#silent?.until === 'reset') this.#silent = null;
    if (this.#stuck === 'reset') this.#stuck = null;
    this.#isDeaf = false;
  }

  /** At each transfer: the level MISO stays at throughout, if it does. */
  takeTransfer(): number | null {
    const glitch = this.#glitch;
    if (glitch !== null) {
      glitch.after -= 1;
      if (glitch.after < 0) {
        this.#glitch = null;
        return glitch.level;
      }
    }
    return this.#silent?.level ?? null;
  }

  get isStuckInTransmit(): boolean {
    return this.#stuck !== null;
  }

  get isDeaf(): boolean {
    return this.#isDeaf;
  }

  takeFrameWithoutCrc(): boolean {
    if (this.#framesWithoutCrc === 0) return false;
    this.#framesWithoutCrc -= 1;
    return true;
  }
}
