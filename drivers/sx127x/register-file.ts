import { TiesError } from '../../protocol/errors.ts';
import type { SpiDevice } from '../spi/interface.ts';
import { REG } from './registers.ts';

const WRITE = 0x80;

/** A register that does not hold what was written to it. */
export interface Mismatch {
  readonly address: number;
  readonly expected: number;
  readonly found: number;
}

/**
 * Bits that are not compared: LnaGain follows the AGC, and what stands in unused and reserved bits
 * is not ours to know (datasheet §6.4).
 */
const NOT_COMPARED = new Map<number, number>([
  [REG.ocp, 0xc0],
  [REG.lna, 0xe4],
  [REG.modemConfig3, 0xf3],
  [REG.detectOptimize, 0x78],
  [REG.invertIq, 0xbe],
  [REG.paDac, 0xf8],
]);

/**
 * What errata and tuning write beside the documented settings: where a chip keeps one of these
 * otherwise, it works nonetheless.
 */
const EXCUSABLE = new Set<number>([
  REG.ppmCorrection,
  REG.ifFreq1,
  REG.ifFreq2,
  REG.detectOptimize,
  REG.invertIq,
  REG.highBwOptimize1,
  REG.detectionThreshold,
  REG.highBwOptimize2,
  REG.invertIq2,
]);

/** A carrier is taken over when its last byte is written, the same as before or not. */
const isOfCarrier = ([address]: readonly [number, number]): boolean =>
  address >= REG.frfMsb && address <= REG.frfLsb;

/** The chip's registers, and what we last wrote to those that stay as they are. */
export class RegisterFile {
  readonly #spi: SpiDevice;
  readonly #cache = new Map<number, number>();
  readonly #excused = new Set<number>();

  constructor(spi: SpiDevice) {
    this.#spi = spi;
  }

  /** One transfer; the address advances by itself, but for the FIFO's. */
  async read(address: number, count: number): Promise<Uint8Array> {
    const out = new Uint8Array(count + 1);
    out[0] = address;
    return (await this.#spi.transfer(out)).subarray(1);
  }

  async readOne(address: number): Promise<number> {
    return (await this.read(address, 1))[0] as number;
  }

  /** One transfer, uncached: for what the chip itself changes. */
  async write(address: number, ...values: readonly number[]): Promise<void> {
    await this.#spi.transfer(Uint8Array.of(address | WRITE, ...values));
  }

  async writeFifo(bytes: Uint8Array): Promise<void> {
    const out = new Uint8Array(bytes.length + 1);
    out[0] = REG.fifo | WRITE;
    out.set(bytes, 1);
    await this.#spi.transfer(out);
  }

  /** Writes what the cache does not know to be there, neighbours in one transfer. */
  async set(values: Iterable<readonly [number, number]>): Promise<void> {
    const all = [...values];
    const differs = ([address, value]: readonly [number, number]): boolean =>
      this.#cache.get(address) !== value;
    const isNewCarrier = all.some((entry) => isOfCarrier(entry) && differs(entry));
    const changed = all
      .filter((entry) => differs(entry) || (isNewCarrier && isOfCarrier(entry)))
      .sort(([a], [b]) => a - b);
    for (let from = 0; from < changed.length; ) {
      const [first] = changed[from] as [number, number];
      let to = from + 1;
      while (changed[to]?.[0] === first + to - from) to += 1;
      const run = changed.slice(from, to);
      // Until it is known to have arrived, nothing is known of these.
      for (const [address] of run) this.#cache.delete(address);
      await this.write(first, ...run.map(([, value]) => value));
      for (const [address, value] of run) this.#cache.set(address, value);
      from = to;
    }
  }

  /** From here on these registers, and no others, are held to what is written. */
  async load(image: ReadonlyMap<number, number>): Promise<void> {
    for (const address of this.#cache.keys()) {
      if (!image.has(address)) this.#cache.delete(address);
    }
    await this.set(image);
  }

  /** After a reset nothing is known. */
  forget(): void {
    this.#cache.clear();
  }

  /** Compares these no more; returns whether all can be done without. */
  excuse(mismatches: readonly Mismatch[]): boolean {
    if (!mismatches.every(({ address }) => EXCUSABLE.has(address))) return false;
    for (const { address } of mismatches) this.#excused.add(address);
    return true;
  }

  /** Registers that disagree with the cache, among bytes read from `address` on. */
  compare(address: number, bytes: Uint8Array): Mismatch[] {
    const mismatches: Mismatch[] = [];
    bytes.forEach((found, index) => {
      const expected = this.#cache.get(address + index);
      if (expected === undefined || this.#excused.has(address + index)) return;
      const ignored = NOT_COMPARED.get(address + index) ?? 0;
      if (((expected ^ found) & ~ignored) !== 0) {
        mismatches.push({ address: address + index, expected, found });
      }
    });
    return mismatches;
  }
}

/** `RADIO_REGISTERS`: the chip does not hold what was written to it. */
export class Disagreement extends TiesError {
  readonly mismatches: readonly Mismatch[];

  constructor(mismatches: readonly Mismatch[]) {
    const advice = 'check wires and supply, or lower the SPI speed.';
    super('RADIO_REGISTERS', `${describe(mismatches)}: ${advice}`);
    this.mismatches = mismatches;
  }
}

/** For the operator: the first few, and how many there are. */
export const describe = (mismatches: readonly Mismatch[]): string => {
  const first = mismatches
    .slice(0, 3)
    .map(
      ({ address, expected, found }) => `${hex(address)} reads ${hex(found)}, not ${hex(expected)}`,
    );
  return `Registers that disagree: ${mismatches.length} (${first.join('; ')})`;
};

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;
