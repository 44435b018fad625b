import type { Clock } from '../../drivers/clock/interface.ts';
import type { OutputLine } from '../../drivers/gpio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import type { SpiDevice } from '../../drivers/spi/interface.ts';
import type { Antenna } from '../medium/antenna.ts';
import { Calibration } from './calibration.ts';
import { DataBuffer } from './data-buffer.ts';
import { DioLine } from './dio-line.ts';
import { ChipFaults } from './faults.ts';
import { Interrupts } from './interrupts.ts';
import { Modem } from './modem.ts';
import type { PaPin } from './power-amplifier.ts';
import { RegisterAccess } from './register-access.ts';
import { RegisterFile } from './register-file.ts';
import { ResetLine } from './reset-line.ts';
import { RASPBERRY_PI_SPI, type SpiTiming, spiBus } from './spi-bus.ts';
import type { Violation, ViolationName } from './violations.ts';

export interface Sx1276Input {
  readonly clock: Clock;
  readonly random: Random;
  readonly antenna: Antenna;
  /** Default PA_BOOST, as on the RFM95 and the Dragino HAT. */
  readonly wiredPin?: PaPin;
  readonly spi?: SpiTiming;
  /** From a rising edge to the host's noticing it; default what a Raspberry Pi takes. *est.* */
  readonly edgeLatencyMs?: number;
}

/** An SX1276 on its board: what a driver holds, and what a test looks at and breaks. */
export interface Sx1276 {
  readonly spi: SpiDevice;
  readonly dio0: DioLine;
  readonly dio1: DioLine;
  readonly reset: OutputLine;
  /** What the driver did that the datasheet forbids; of a right one, nothing. */
  readonly violations: readonly Violation[];
  readonly faults: ChipFaults;
}

const WRITE = 0x80;
const EDGE_LATENCY_MS = 0.05;

/** The chip, powered and reset, in virtual time. */
export const sx1276 = (input: Sx1276Input): Sx1276 => {
  const { clock, random, antenna, wiredPin = 'boost' } = input;
  const { spi = RASPBERRY_PI_SPI, edgeLatencyMs = EDGE_LATENCY_MS } = input;
  const violations: Violation[] = [];
  const report = (name: ViolationName, detail: string): void => {
    violations.push({ name, atMs: clock.now(), detail });
  };
  const registers = new RegisterFile();
  const buffer = new DataBuffer(registers);
  const dio0 = new DioLine(clock, edgeLatencyMs);
  const dio1 = new DioLine(clock, edgeLatencyMs);
  const interrupts = new Interrupts(registers, { dio0, dio1 });
  const calibration = new Calibration(clock, registers, report);
  const restart = (): void => {
    modem.halt();
    registers.reset();
    buffer.clear();
    calibration.reset();
    interrupts.update();
  };
  const faults = new ChipFaults({ registers, dio0, dio1, restart });
  const modem: Modem = new Modem({
    clock,
    antenna,
    registers,
    buffer,
    interrupts,
    calibration,
    faults,
    wiredPin,
    report,
  });
  const access = new RegisterAccess({
    registers,
    buffer,
    modem,
    interrupts,
    calibration,
    random,
    report,
  });
  const reset = new ResetLine(clock, report, () => {
    faults.reset();
    restart();
  });

  /** Address first, then values; the address moves on by itself but for the FIFO's (§4.3). */
  const exchange = (out: Uint8Array): Uint8Array => {
    const reply = new Uint8Array(out.length);
    const stuckLevel = faults.takeTransfer();
    if (stuckLevel !== null) return reply.fill(stuckLevel);
    if (!reset.isReady) {
      report('spi-during-reset', `${out.length} B`);
      return reply;
    }
    const first = out[0] ?? 0;
    let address = first & ~WRITE;
    for (let i = 1; i < out.length; i += 1) {
      if ((first & WRITE) === 0) reply[i] = access.read(address);
      else access.write(address, out[i] as number);
      if (address !== 0) address = (address + 1) & ~WRITE;
    }
    return reply;
  };

  return { spi: spiBus(clock, spi, exchange), dio0, dio1, reset, violations, faults };
};
