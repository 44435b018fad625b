import type { Clock } from '../../drivers/clock/interface.ts';
import type { Antenna } from '../medium/antenna.ts';
import { checkReceive, checkTransmit } from './air-rules.ts';
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
import { amplifier, type PaPin } from './power-amplifier.ts';
import { Receiver, type Tuning } from './receiver.ts';
import type { RegisterFile } from './register-file.ts';
import { Reg } from './registers.ts';
import type { Report } from './violations.ts';

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

/** The LoRa modem and the radio under it: device modes, what ends them, and what they tell. */
export class Modem {
  readonly #input: ModemInput;
  #timer: unknown = null;
  #cutOff: (() => void) | null = null;
  #oscillatorReadyMs = 0;
  readonly receiver: Receiver;

  constructor(input: ModemInput) {
    this.#input = input;
    this.receiver = new Receiver({ ...input, ended: (flags) => this.#endReceive(flags) });
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

  get isStuck(): boolean {
    return this.mode === Mode.transmit && this.#input.faults.isStuckInTransmit;
  }

  /** Drop everything, as reset does. */
  halt(): void {
    this.#stop();
    this.#oscillatorReadyMs = 0;
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
    const { registers, faults } = this.#input;
    const tuning = this.#tuning('receive');
    if (tuning === null || faults.isDeaf) return;
    registers.setLora(Reg.fifoRxByteAddr, registers.lora(Reg.fifoRxBaseAddr));
    this.#after(this.#lockMs(isLocked) + RECEIVER_MS, () => {
      this.receiver.listen(tuning);
      if (this.mode === Mode.receiveSingle) this.#awaitPreamble(tuning.settings);
    });
  }

  /** RXSINGLE ends when no preamble came in time, or the frame that one began was lost (§4.1.5). */
  #awaitPreamble(settings: LoraSettings): void {
    this.#after(settings.symbolTimeoutMs, () => {
      if (this.receiver.isLocked) this.#awaitPreamble(settings);
      else this.#rest(Irq.rxTimeout);
    });
  }

  #detectActivity(): void {
    const { clock, antenna } = this.#input;
    const detection = this.#tuning('channel activity detection');
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

  #tuning(what: string): Tuning | null {
    const { registers, calibration, report } = this.#input;
    const settings = loraSettings(registers, 0);
    const check = checkReceive(settings, registers, calibration.isDone(settings.isHighBand));
    for (const name of check.violations) report(name, what);
    if (check.isDead) return null;
    const heard = heardModulation(settings.modulation, registers);
    return { settings, check, modulation: check.isUnintelligible ? dialect(heard) : heard };
  }

  /** In RXSINGLE also where there is nothing to tell but that it is over. */
  #endReceive(flags: number): void {
    if (this.mode === Mode.receiveSingle) this.#rest(flags === 0 ? Irq.rxTimeout : flags);
    else this.#input.interrupts.raise(flags);
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
    const { clock } = this.#input;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#cutOff?.();
    this.#cutOff = null;
    this.receiver.stop();
  }
}
