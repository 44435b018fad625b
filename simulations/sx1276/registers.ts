/**
 * Registers of the SX1276 (datasheet rev. 7, table 41). Written from the datasheet and not shared
 * with the driver, so that a slip of one is not hidden by the other.
 */
export const Reg = {
  fifo: 0x00,
  opMode: 0x01,
  frfMsb: 0x06,
  frfMid: 0x07,
  frfLsb: 0x08,
  paConfig: 0x09,
  ocp: 0x0b,
  fifoAddrPtr: 0x0d,
  fifoTxBaseAddr: 0x0e,
  fifoRxBaseAddr: 0x0f,
  fifoRxCurrentAddr: 0x10,
  irqFlagsMask: 0x11,
  irqFlags: 0x12,
  rxNbBytes: 0x13,
  rxHeaderCntMsb: 0x14,
  rxPacketCntMsb: 0x16,
  modemStat: 0x18,
  pktSnrValue: 0x19,
  pktRssiValue: 0x1a,
  rssiValue: 0x1b,
  hopChannel: 0x1c,
  modemConfig1: 0x1d,
  modemConfig2: 0x1e,
  symbTimeoutLsb: 0x1f,
  preambleMsb: 0x20,
  preambleLsb: 0x21,
  payloadLength: 0x22,
  maxPayloadLength: 0x23,
  fifoRxByteAddr: 0x25,
  modemConfig3: 0x26,
  feiMsb: 0x28,
  rssiWideband: 0x2c,
  ifFreq1: 0x2f,
  ifFreq2: 0x30,
  detectOptimize: 0x31,
  highBwOptimize1: 0x36,
  detectionThreshold: 0x37,
  syncWord: 0x39,
  highBwOptimize2: 0x3a,
  /** On the FSK page. */
  imageCal: 0x3b,
  dioMapping1: 0x40,
  version: 0x42,
  paDac: 0x4d,
} as const;

/** Addresses 0x0d to 0x3f mean one thing to the FSK modem and another to LoRa (§4.1.5). */
export const PAGE_START = 0x0d;
export const PAGE_END = 0x3f;

type ResetValues = Readonly<Record<number, number>>;

/** After reset the chip is in FSK standby at 434 MHz. */
export const COMMON_RESET: ResetValues = {
  0: 0x00,
  1: 0x09,
  2: 0x1a,
  3: 0x0b,
  4: 0x00,
  5: 0x52,
  6: 0x6c,
  7: 0x80,
  8: 0x00,
  9: 0x4f,
  10: 0x09,
  11: 0x2b,
  12: 0x20,
  64: 0x00,
  65: 0x00,
  66: 0x12,
  68: 0x2d,
  75: 0x09,
  77: 0x84,
  91: 0x00,
  93: 0x00,
  97: 0x13,
  98: 0x0e,
  99: 0x5b,
  100: 0xdb,
  112: 0xd0,
};

/** What a LoRa device needs of the FSK page; the FSK modem itself is not modelled. */
export const FSK_RESET: ResetValues = {
  13: 0x08,
  14: 0x02,
  15: 0x0a,
  16: 0xff,
  18: 0x15,
  19: 0x0b,
  59: 0x02,
  /** RegTemp counts down: −25 is 25 °C. */
  60: 0xe7,
  61: 0x02,
  62: 0x80,
  63: 0x40,
};

export const LORA_RESET: ResetValues = {
  13: 0x00,
  14: 0x80,
  15: 0x00,
  16: 0x00,
  17: 0x00,
  18: 0x00,
  19: 0x00,
  20: 0x00,
  21: 0x00,
  22: 0x00,
  23: 0x00,
  24: 0x10,
  25: 0x00,
  26: 0x00,
  27: 0x00,
  28: 0x00,
  29: 0x72,
  30: 0x70,
  31: 0x64,
  32: 0x00,
  33: 0x08,
  34: 0x01,
  35: 0xff,
  36: 0x00,
  37: 0x00,
  38: 0x00,
  39: 0x00,
  40: 0x00,
  41: 0x00,
  42: 0x00,
  44: 0x00,
  47: 0x20,
  48: 0x00,
  49: 0xc3,
  51: 0x27,
  54: 0x03,
  55: 0x0a,
  57: 0x12,
  58: 0x65,
  59: 0x1d,
};

/** What the LoRa modem tells and takes no orders in. */
export const LORA_READ_ONLY: ReadonlySet<number> = new Set([
  0x10, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x25, 0x28, 0x29, 0x2a, 0x2c,
]);

/** LoRa registers that may be written while the modem is at work; all others wait (§4.1.2.1). */
export const LORA_WRITTEN_ANY_TIME: ReadonlySet<number> = new Set([
  Reg.fifoAddrPtr,
  Reg.irqFlagsMask,
  Reg.irqFlags,
]);
