import { Subject } from 'rxjs';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { HeapClock } from '../heap-clock.ts';
import type { Antenna, Arrival, Lock } from '../medium/antenna.ts';
import { seededRandom } from '../seeded-random.ts';
import { type Sx1276, type Sx1276Input, sx1276 } from './chip.ts';
import { Mode } from './op-mode.ts';
import { Reg } from './registers.ts';

/** An antenna that hears what a test lets it hear, and writes down what it is told to do. */
export class ScriptedAntenna implements Antenna {
  readonly id = 'scripted';
  readonly arrivals = new Subject<Arrival>();
  readonly log: string[] = [];
  readonly sent: { frame: Uint8Array; modulation: Modulation; done: () => void }[] = [];
  readonly #now: () => number;
  listening: Modulation | null = null;
  /** Of the last reception. */
  tunedHz = 0;
  lock: Lock = 'none';
  channelDbm = -120;
  chirping = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  listen(modulation: Modulation | null): void {
    this.listening = modulation;
    this.tunedHz = modulation?.frequencyHz ?? this.tunedHz;
    this.log.push(`${this.#ms()} ${modulation === null ? 'deaf' : 'listens'}`);
  }

  transmit(frame: Uint8Array, modulation: Modulation, done: () => void): () => void {
    this.log.push(`${this.#ms()} sends ${frame.length} B`);
    this.sent.push({ frame, modulation, done });
    return () => this.log.push(`${this.#ms()} cut off`);
  }

  detects(_: Modulation, sinceMs: number): boolean {
    this.log.push(`${this.#ms()} looks back to ${sinceMs.toFixed(3)}`);
    return this.chirping;
  }

  powerDbm(): number {
    return this.channelDbm;
  }

  attend(): void {}

  catchUp(): void {}

  moveTo(): void {}

  leave(): void {}

  hear(frame: Uint8Array, arrival: Partial<Arrival> = {}): void {
    const atMs = this.#now();
    const heard = { rssiDbm: -80, snrDb: 10, isIntact: true, frequencyErrorHz: 0 };
    this.arrivals.next({ frame, startMs: atMs, endMs: atMs, ...heard, ...arrival });
  }

  #ms(): string {
    return this.#now().toFixed(3);
  }
}

export interface Bench {
  readonly clock: HeapClock;
  readonly antenna: ScriptedAntenna;
  readonly chip: Sx1276;
  /** Names of the violations so far. */
  violations(): string[];
  read(address: number): Promise<number>;
  /** Several in one transfer. */
  readBurst(address: number, count: number): Promise<number[]>;
  write(address: number, ...values: readonly number[]): Promise<void>;
  /** RegOpMode in LoRa. */
  mode(mode: number): Promise<void>;
  /** From reset to LoRa standby as the datasheet wants it: `paper` with PA_BOOST at 14 dBm. */
  boot(): Promise<void>;
}

/** A chip on a bench, with SPI that takes no time and lines that are noticed at once. */
export const bench = (options: Partial<Sx1276Input> = {}): Bench => {
  const clock = new HeapClock();
  const antenna = new ScriptedAntenna(() => clock.now());
  const chip = sx1276({
    clock,
    antenna,
    random: seededRandom(1, 'chip'),
    spi: { clockHz: Number.POSITIVE_INFINITY, overheadMs: 0 },
    edgeLatencyMs: 0,
    ...options,
  });
  const transfer = async (out: readonly number[]): Promise<number[]> => {
    const reply = chip.spi.transfer(Uint8Array.from(out));
    await clock.advance(0);
    return [...(await reply)].slice(1);
  };
  const on: Bench = {
    clock,
    antenna,
    chip,
    violations: () => chip.violations.map(({ name }) => name),
    read: async (address) => (await transfer([address, 0]))[0] as number,
    readBurst: (address, count) => transfer([address, ...new Array<number>(count).fill(0)]),
    write: async (address, ...values) => {
      await transfer([address | 0x80, ...values]);
    },
    mode: (mode) => on.write(Reg.opMode, 0x80 | mode),
    boot: async () => {
      await on.write(Reg.frfMsb, 0xd9, 0x06, 0x66);
      await on.write(Reg.imageCal, 0x42);
      await clock.advance(10);
      await on.write(Reg.opMode, Mode.sleep);
      await on.mode(Mode.sleep);
      await on.mode(Mode.standby);
      await clock.advance(1);
      await on.write(Reg.paConfig, 0x8c);
      await on.write(Reg.ocp, 0x2b);
      await on.write(Reg.modemConfig1, 0x72, 0x74);
      await on.write(Reg.ifFreq1, 0x40, 0x00, 0x43);
    },
  };
  return on;
};
