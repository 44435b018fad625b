import type { SpiDevice } from '../spi/interface.ts';
import { OP_MODE, REG } from './registers.ts';

const WRITE = 0x80;

/** A register that does not hold what was written to it. */
export interface Mismatch {
  readonly address: number;
  readonly expected: number;
  readonly found: number;
}

/** What a register changes by itself: LnaGain follows the AGC. */
const OWN_BITS = new Map<number, number>([[REG.lna, 0xe0]]);

/** A carrier is taken over when its last byte is written, the same as before or not. */
const isOfCarrier = ([address]: readonly [number, number]): boolean =>
  address >= REG.frfMsb && address <= REG.frfLsb;

/** The chip's registers, and what we last wrote to those that stay as they are. */
export class RegisterFile {
  readonly #spi: SpiDevice;
  readonly #cache = new Map<number, number>();

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

  /** Registers that disagree with the cache, among bytes read from `address` on. */
  compare(address: number, bytes: Uint8Array): Mismatch[] {
    const mismatches: Mismatch[] = [];
    bytes.forEach((found, index) => {
      const expected = this.#cache.get(address + index);
      if (expected === undefined) return;
      const own = OWN_BITS.get(address + index) ?? 0;
      if (((expected ^ found) & ~own) !== 0) {
        mismatches.push({ address: address + index, expected, found });
      }
    });
    return mismatches;
  }

  /** Reads all registers at once, and compares them, and the mode where one is expected. */
  async verify(opMode: number | null): Promise<Mismatch[]> {
    const bytes = await this.read(REG.opMode, REG.paDac - REG.opMode + 1);
    const found = bytes[0] as number;
    const ofMode =
      opMode === null || ((opMode ^ found) & ~OP_MODE.lowFrequency) === 0
        ? []
        : [{ address: REG.opMode, expected: opMode, found }];
    return [...ofMode, ...this.compare(REG.opMode, bytes)];
  }
}

/** For the operator: the first few, and how many there are. */
export const describe = (mismatches: readonly Mismatch[]): string => {
  const first = mismatches
    .slice(0, 3)
    .map(
      ({ address, expected, found }) => `${hex(address)} reads ${hex(found)}, not ${hex(expected)}`,
    );
  return `${mismatches.length} of its registers disagree (${first.join('; ')})`;
};

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;
