/** What the datasheet or its errata forbid, or what a device of this project must not do. */
export type ViolationName =
  /** §4.1.2.3: the FIFO is not accessible in sleep, nor before the crystal runs. */
  | 'fifo-in-sleep'
  /** §4.1.2.3: it can be filled in standby only. */
  | 'fifo-filled-outside-standby'
  /** §6.2: LongRangeMode is modified in sleep only. */
  | 'lora-bit-outside-sleep'
  /** §4.1.2.1: configuration is written in sleep and standby only. */
  | 'configured-while-active'
  | 'read-only-register'
  | 'reserved-register'
  /** Modes 6 and 7 of the FSK modem, table 22. */
  | 'reserved-mode'
  | 'reserved-modulation'
  /** §7.2.2. */
  | 'spi-during-reset'
  | 'reset-too-short'
  /** §4.2.3.8: image calibration runs in FSK standby, at the frequency that will be used. */
  | 'calibration-outside-fsk-standby'
  | 'calibration-interrupted'
  | 'band-uncalibrated'
  /** §1: outside of 137–175, 410–525 and 862–1020 MHz. */
  | 'frequency-outside-bands'
  /** The FSK modem, and LoRa without header or CRC, are no part of the model. */
  | 'fsk-on-air'
  | 'implicit-header'
  | 'no-payload-crc'
  /** §6.4: 0 is not permitted. */
  | 'payload-length-zero'
  /** §4.1.1.2: SF6 has no explicit header, and detection settings of its own. */
  | 'sf6-explicit-header'
  | 'detection-settings'
  /** §4.1.1.6: mandated where a symbol takes 16 ms or more, and only there. */
  | 'low-data-rate-optimize'
  /** §4.1.1.6: at least 6. */
  | 'preamble-too-short'
  /** Errata note, 2.1: sensitivity with a 500 kHz bandwidth. */
  | 'erratum-2.1'
  /** Errata note, 2.3: receiver spurious reception of a LoRa signal. */
  | 'erratum-2.3'
  /** §5.4: an output that the antenna is not wired to, a wrong RegPaDac, a supply limited too low. */
  | 'pa-pin-not-wired'
  | 'pa-dac'
  | 'over-current-limit';

export interface Violation {
  readonly name: ViolationName;
  readonly atMs: number;
  /** What was done, in registers. */
  readonly detail: string;
}

export type Report = (name: ViolationName, detail: string) => void;
