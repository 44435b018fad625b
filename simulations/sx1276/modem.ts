import type { Clock } from '../../drivers/clock/interface.ts';
import { demodulationFloorDb, type Modulation } from '../../protocol/lora/modulation.ts';
import type { Antenna, Arrival } from '../medium/antenna.ts';
import { type AirCheck, checkReceive, checkTransmit } from './air-rules.ts';
import type { Calibration } from './calibration.ts';
import type { DataBuffer } from './data-buffer.ts';
import {
  cadCaptureMs,
  cadProcessingMs,
  OSCILLATOR_MS,
  RECEIVER_MS,
  SYNTHESIZER_MS,
  TRANSMITTER_MS,
} from './durations.ts';
import type { ChipFaults } from './faults.ts';
import { type Interrupts, Irq } from './interrupts.ts';
import { dialect, heardModulation, type LoraSettings, loraSettings } from './lora-settings.ts';
import { type DeviceMode, isReceiving, Mode, modeOf, withMode } from './op-mode.ts';
import { rssiValue } from './packet-status.ts';
import { amplifier, type PaPin } from './power-amplifier.ts';
import { receive } from './reception.ts';
import type { RegisterFile } from './register-file.ts';
import { Reg } from './registers.ts';
import type { Report } from './violations.ts';

/** Bits of RegModemStat. */
const MODEM_CLEAR = 0x10;
const RX_ONGOING = 0x04;
const LOCK_STATUS = { none: MODEM_CLEAR, preamble: 0x01, header: 0x03, payload: 0x0b } as const;

export interface ModemInput {
  readonly clock: Clock;
  readonly antenna: Antenna;
  readonly registers: RegisterFile;
  readonly buffer: DataBuffer;
  readonly interrupts: Interrupts;
  readonly calibration: Calibration;
  readonly faults: ChipFaults;
  readonly wiredPin: PaPin;
  readonly report: Report;
}

/** How the receiver is set, and what it listens for with that. */
interface Reception {
  readonly settings: LoraSettings;
  readonly check: AirCheck;
  readonly modulation: Modulation;
}

/** The LoRa modem and the radio under it: device modes, what ends them, and what they tell. */
export class Modem {
  readonly #input: ModemInput;
  #timer: unknown = null;
  #cutOff: (() => void) | null = null;
  #oscillatorReadyMs = 0;
  /** Settings the reception was begun with. */
  #receiving: Reception | null = null;
  #isHeaderTold = false;

  constructor(input: ModemInput) {
    this.#input = input;
    input.antenna.arrivals.subscribe((arrival) => this.#arrive(arrival));
  }

  get mode(): DeviceMode {
    return modeOf(this.#input.registers.opMode);
  }

  /** Whether the crystal runs, which the data buffer needs. */
  get isClocked(): boolean {
    return this.mode !== Mode.sleep && this.#input.clock.now() >= this.#oscillatorReadyMs;
  }

  /** Go into a mode; one that the chip is in already goes on. */
  enter(mode: DeviceMode): void {
    const { registers, clock, calibration } = this.#input;
    const from = this.mode;
    if (mode === from) return;
    calibration.interrupt();
    this.#stop();
    registers.opMode = withMode(registers.opMode, mode);
    if (from === Mode.sleep) this.#oscillatorReadyMs = clock.now() + OSCILLATOR_MS;
    if (mode === Mode.sleep) this.#sleep();
    if (mode === Mode.transmit) this.#beginTransmit(from === Mode.frequencySynthesisTx);
    if (isReceiving(mode)) this.#beginReceive(from === Mode.frequencySynthesisRx);
    if (mode === Mode.channelActivityDetection) this.#detectActivity();
  }

  get isListening(): boolean {
    return this.#receiving !== null;
  }

  get isStuck(): boolean {
    return this.mode === Mode.transmit && this.#input.faults.isStuckInTransmit;
  }

  /** Drop everything, as reset does. */
  halt(): void {
    this.#stop();
    this.#oscillatorReadyMs = 0;
  }

  /** RegModemStat (datasheet §4.1.7). */
  get status(): number {
    const { registers, antenna, faults } = this.#input;
    const codingRate = registers.lora(Reg.modemStat) & 0xe0;
    if (this.#receiving === null || faults.isDeaf) return codingRate | MODEM_CLEAR;
    return codingRate | RX_ONGOING | LOCK_STATUS[antenna.lock];
  }

  /** RegRssiValue; outside of reception it keeps what it was. */
  get rssi(): number {
    const { registers, antenna } = this.#input;
    if (this.#receiving === null) return registers.lora(Reg.rssiValue);
    const { modulation, isHighBand } = this.#receiving.settings;
    return rssiValue(antenna.powerDbm(modulation), isHighBand);
  }

  /** ValidHeader rises in the middle of a frame; it is looked for when somebody looks at it. */
  tellHeader(): void {
    const { antenna, interrupts, faults } = this.#input;
    if (this.#receiving === null || this.#isHeaderTold || faults.isDeaf) return;
    if (antenna.lock !== 'payload') return;
    this.#isHeaderTold = true;
    interrupts.raise(Irq.validHeader);
  }

  #sleep(): void {
    const { registers, buffer } = this.#input;
    buffer.clear();
    registers.setLora(Reg.rxHeaderCntMsb, 0, 0, 0, 0);
  }

  #beginTransmit(isLocked: boolean): void {
    const { registers, buffer, antenna, report, wiredPin } = this.#input;
    const output = amplifier(registers, wiredPin);
    const settings = loraSettings(registers, output.powerDbm);
    const check = checkTransmit(settings, output, wiredPin);
    for (const name of check.violations) report(name, 'transmit');
    if (check.isDead) return;
    const modulation = check.isUnintelligible ? dialect(settings.modulation) : settings.modulation;
    this.#after(this.#lockMs(isLocked) + TRANSMITTER_MS, () => {
      const frame = buffer.load(registers.lora(Reg.fifoTxBaseAddr), settings.payloadLength);
      this.#cutOff = antenna.transmit(frame, modulation, () => this.#endTransmit());
    });
  }

  #endTransmit(): void {
    const { faults } = this.#input;
    this.#cutOff = null;
    if (faults.isStuckInTransmit) return;
    this.#rest(Irq.txDone);
  }

  #beginReceive(isLocked: boolean): void {
    const { registers, antenna, faults } = this.#input;
    const reception = this.#checked('receive');
    if (reception === null || faults.isDeaf) return;
    registers.setLora(Reg.fifoRxByteAddr, registers.lora(Reg.fifoRxBaseAddr));
    this.#after(this.#lockMs(isLocked) + RECEIVER_MS, () => {
      this.#receiving = reception;
      this.#isHeaderTold = false;
      antenna.listen(reception.modulation);
      if (this.mode === Mode.receiveSingle) this.#awaitPreamble(reception.settings);
    });
  }

  /** RXSINGLE ends when no preamble came in time, or the frame that one began was lost (§4.1.5). */
  #awaitPreamble(settings: LoraSettings): void {
    this.#after(settings.symbolTimeoutMs, () => {
      if (this.#input.antenna.lock === 'none') this.#rest(Irq.rxTimeout);
      else this.#awaitPreamble(settings);
    });
  }

  #detectActivity(): void {
    const { clock, antenna } = this.#input;
    const detection = this.#checked('channel activity detection');
    if (detection === null) return;
    const { modulation } = detection;
    this.#after(this.#lockMs(false) + RECEIVER_MS, () => {
      const sinceMs = clock.now();
      this.#after(cadCaptureMs(modulation), () => {
        const isDetected = antenna.detects(modulation, sinceMs);
        this.#after(cadProcessingMs(modulation), () =>
          this.#rest(Irq.cadDone | (isDetected ? Irq.cadDetected : 0)),
        );
      });
    });
  }

  #checked(what: string): Reception | null {
    const { registers, calibration, report } = this.#input;
    const settings = loraSettings(registers, 0);
    const check = checkReceive(settings, registers, calibration.isDone(settings.isHighBand));
    for (const name of check.violations) report(name, what);
    if (check.isDead) return null;
    const heard = heardModulation(settings.modulation, registers);
    return { settings, check, modulation: check.isUnintelligible ? dialect(heard) : heard };
  }

  #arrive(arrival: Arrival): void {
    const { registers, buffer, interrupts, faults } = this.#input;
    if (this.#receiving === null || faults.isDeaf) return;
    const { settings, check } = this.#receiving;
    const floorDb = demodulationFloorDb(settings.modulation.spreadingFactor);
    if (arrival.snrDb < floorDb + check.sensitivityLossDb) return;
    this.#isHeaderTold = false;
    // A length above RegMaxPayloadLength counts as a header that is wrong, which nobody is told of.
    if (arrival.frame.length > settings.maxPayloadLength) {
      if (this.mode === Mode.receiveSingle) this.#rest(Irq.rxTimeout);
      return;
    }
    const hasCrc = !faults.takeFrameWithoutCrc();
    const flags = receive({ arrival, hasCrc }, settings, registers, buffer);
    if (this.mode === Mode.receiveSingle) this.#rest(flags);
    else interrupts.raise(flags);
  }

  /** Time until the synthesizer is locked. */
  #lockMs(isLocked: boolean): number {
    const oscillatorMs = Math.max(0, this.#oscillatorReadyMs - this.#input.clock.now());
    return oscillatorMs + (isLocked ? 0 : SYNTHESIZER_MS);
  }

  /** What was to be done is done: standby, and the flags. */
  #rest(flags: number): void {
    const { registers, interrupts } = this.#input;
    this.#stop();
    registers.opMode = withMode(registers.opMode, Mode.standby);
    interrupts.raise(flags);
  }

  #after(delayMs: number, action: () => void): void {
    const { clock } = this.#input;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => {
      this.#timer = null;
      action();
    }, delayMs);
  }

  #stop(): void {
    const { clock, antenna } = this.#input;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#cutOff?.();
    this.#cutOff = null;
    if (this.#receiving !== null) antenna.listen(null);
    this.#receiving = null;
  }
}
