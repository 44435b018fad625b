import { demodulationFloorDb, type Modulation } from '../../protocol/lora/modulation.ts';
import type { Antenna, Arrival } from '../medium/antenna.ts';
import type { AirCheck } from './air-rules.ts';
import type { DataBuffer } from './data-buffer.ts';
import type { ChipFaults } from './faults.ts';
import { type Interrupts, Irq } from './interrupts.ts';
import type { LoraSettings } from './lora-settings.ts';
import { rssiValue } from './packet-status.ts';
import { receive } from './reception.ts';
import type { RegisterFile } from './register-file.ts';
import { Reg } from './registers.ts';

export interface ReceiverInput {
  readonly antenna: Antenna;
  readonly registers: RegisterFile;
  readonly buffer: DataBuffer;
  readonly interrupts: Interrupts;
  readonly faults: ChipFaults;
  /** A frame has ended, well or not, with these flags. */
  readonly ended: (flags: number) => void;
}

/** How the receiver is set, and what it listens for with that. */
export interface Tuning {
  readonly settings: LoraSettings;
  readonly check: AirCheck;
  readonly modulation: Modulation;
}

/** Bits of RegModemStat (datasheet §4.1.7). */
const MODEM_CLEAR = 0x10;
const RX_ONGOING = 0x04;
const LOCK_STATUS = { none: MODEM_CLEAR, preamble: 0x01, header: 0x03, payload: 0x0b } as const;

/** The modem while it receives: what it hears, and what it tells of that before a frame's end. */
export class Receiver {
  readonly #input: ReceiverInput;
  #tuning: Tuning | null = null;
  #isHeaderTold = false;

  constructor(input: ReceiverInput) {
    this.#input = input;
    input.antenna.arrivals.subscribe((arrival) => this.#arrive(arrival));
  }

  get isOn(): boolean {
    return this.#tuning !== null;
  }

  get isLocked(): boolean {
    return this.#input.antenna.lock !== 'none';
  }

  listen(tuning: Tuning): void {
    this.#tuning = tuning;
    this.#isHeaderTold = false;
    this.#input.antenna.listen(tuning.modulation);
  }

  stop(): void {
    if (this.#tuning !== null) this.#input.antenna.listen(null);
    this.#tuning = null;
  }

  /** RegModemStat. Bit 2 is on as long as the receiver; bits 0, 1 and 3 follow a frame. */
  get status(): number {
    const { registers, antenna, faults } = this.#input;
    const codingRate = registers.lora(Reg.modemStat) & 0xe0;
    if (this.#tuning === null || faults.isDeaf) return codingRate | MODEM_CLEAR;
    return codingRate | RX_ONGOING | LOCK_STATUS[antenna.lock];
  }

  /** RegRssiValue; outside of reception it keeps what it was. */
  get rssi(): number {
    const { registers, antenna } = this.#input;
    if (this.#tuning === null) return registers.lora(Reg.rssiValue);
    const { modulation, isHighBand } = this.#tuning.settings;
    return rssiValue(antenna.powerDbm(modulation), isHighBand);
  }

  /** ValidHeader rises amid a frame; it is looked for when somebody looks at it. */
  tellHeader(): void {
    const { antenna, interrupts, faults } = this.#input;
    if (this.#tuning === null || this.#isHeaderTold || faults.isDeaf) return;
    if (antenna.lock !== 'payload') return;
    this.#isHeaderTold = true;
    interrupts.raise(Irq.validHeader);
  }

  #arrive(arrival: Arrival): void {
    const { registers, buffer, faults, ended } = this.#input;
    if (this.#tuning === null || faults.isDeaf) return;
    const { settings, check } = this.#tuning;
    const floorDb = demodulationFloorDb(settings.modulation.spreadingFactor);
    if (arrival.snrDb < floorDb + check.sensitivityLossDb) return;
    this.#isHeaderTold = false;
    // A length above RegMaxPayloadLength counts as a header that is wrong, which nobody is told of.
    if (arrival.frame.length > settings.maxPayloadLength) {
      ended(0);
      return;
    }
    const hasCrc = !faults.takeFrameWithoutCrc();
    ended(receive({ arrival, hasCrc }, settings, registers, buffer));
  }
}
