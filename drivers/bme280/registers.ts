/** Registers of the BME280 (datasheet BST-BME280-DS002, §5). */
export const REGISTER = {
  calibrationLow: 0x88,
  chipId: 0xd0,
  reset: 0xe0,
  calibrationHigh: 0xe1,
  controlHumidity: 0xf2,
  status: 0xf3,
  controlMeasurement: 0xf4,
  data: 0xf7,
} as const;

/** 0x88 … 0xA1 and 0xE1 … 0xE7 (table 16). */
export const CALIBRATION_LOW_BYTES = 26;
export const CALIBRATION_HIGH_BYTES = 7;
/** Pressure 20 bits, temperature 20 bits, humidity 16 bits: 0xF7 … 0xFE (§4). */
export const DATA_BYTES = 8;

export const CHIP_ID = 0x60;
/** Written to `reset`, it does what a power cycle does (§5.4.2). */
export const RESET_WORD = 0xb6;

/** Bits of `status` (§5.4.4). */
export const STATUS = { copyingCalibration: 0x01, measuring: 0x08 } as const;
/** Bits of `controlMeasurement` (§5.4.5). */
export const MODE = { sleep: 0, forced: 1 } as const;
export const MODE_MASK = 0b11;

/** What the data registers hold where a quantity was not measured (§5.4.7, §5.4.8). */
export const SKIPPED = { temperature: 0x80000, pressure: 0x80000, humidity: 0x8000 } as const;

/** From power or reset until the chip answers, at most (table 1). */
export const STARTUP_MS = 2;
