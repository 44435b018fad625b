/**
 * Registers of the SX1276 with its LoRa page selected (datasheet rev. 7, §6.4), by their names
 * there. `imageCal` alone is of the FSK page.
 */
export const REG = {
  fifo: 0x00,
  opMode: 0x01,
  frfMsb: 0x06,
  frfMid: 0x07,
  frfLsb: 0x08,
  paConfig: 0x09,
  ocp: 0x0b,
  lna: 0x0c,
  fifoAddrPtr: 0x0d,
  fifoTxBaseAddr: 0x0e,
  fifoRxBaseAddr: 0x0f,
  fifoRxCurrentAddr: 0x10,
  irqFlagsMask: 0x11,
  irqFlags: 0x12,
  rxNbBytes: 0x13,
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
  hopPeriod: 0x24,
  modemConfig3: 0x26,
  ppmCorrection: 0x27,
  feiMsb: 0x28,
  feiLsb: 0x2a,
  ifFreq1: 0x2f,
  ifFreq2: 0x30,
  detectOptimize: 0x31,
  invertIq: 0x33,
  highBwOptimize1: 0x36,
  detectionThreshold: 0x37,
  syncWord: 0x39,
  highBwOptimize2: 0x3a,
  imageCal: 0x3b,
  invertIq2: 0x3b,
  dioMapping1: 0x40,
  version: 0x42,
  paDac: 0x4d,
} as const;

/** RegOpMode (0x01). */
export const OP_MODE = {
  lora: 0x80,
  /** Registers from 0x61 on are those of the low-frequency port; not every chip reads it back. */
  lowFrequency: 0x08,
  /** The bits of the mode; its values follow. */
  mode: 0x07,
  sleep: 0,
  standby: 1,
  transmit: 3,
  receiveContinuous: 5,
  detectActivity: 7,
} as const;

/** RegIrqFlags (0x12); writing a 1 clears, and on some chips any write clears them all. */
export const IRQ = {
  rxDone: 0x40,
  payloadCrcError: 0x20,
  txDone: 0x08,
  cadDone: 0x04,
  cadDetected: 0x01,
  all: 0xff,
} as const;

/** RegModemStat (0x18): signal detected, signal synchronized, header info valid. */
export const MODEM_RECEIVING = 0b1011;
/** RegHopChannel (0x1c): the header just received announces a CRC. */
export const CRC_ON_PAYLOAD = 0x40;

/** RegDioMapping1 (0x40): which flag DIO0 and DIO1 show (table 18). */
export const DIO = {
  rxDone: 0x00,
  txDone: 0x40,
  cadDoneAndDetected: 0xa0,
} as const;

/** RegImageCal (0x3b, FSK page). */
export const IMAGE_CAL = { start: 0x40, running: 0x20 } as const;

/** RegVersion (0x42) of SX1276, 77, 78 and 79. */
export const VERSION = 0x12;
