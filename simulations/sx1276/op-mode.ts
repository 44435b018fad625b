/** Device modes of RegOpMode (datasheet table 16); in the FSK modem 6 and 7 are reserved. */
export const Mode = {
  sleep: 0,
  standby: 1,
  frequencySynthesisTx: 2,
  transmit: 3,
  frequencySynthesisRx: 4,
  receiveContinuous: 5,
  receiveSingle: 6,
  channelActivityDetection: 7,
} as const;

export type DeviceMode = (typeof Mode)[keyof typeof Mode];

export const LONG_RANGE_MODE = 0x80;
/** In LoRa mode: the FSK page is at 0x0d to 0x3f nonetheless. */
export const ACCESS_SHARED_REG = 0x40;
const MODE_MASK = 0x07;

export const modeOf = (opMode: number): DeviceMode => (opMode & MODE_MASK) as DeviceMode;

export const withMode = (opMode: number, mode: DeviceMode): number => (opMode & ~MODE_MASK) | mode;

export const isLora = (opMode: number): boolean => (opMode & LONG_RANGE_MODE) !== 0;

/** Sleeping or in standby, the modem rests and may be configured. */
export const isAtRest = (mode: DeviceMode): boolean => mode <= Mode.standby;

export const isReceiving = (mode: DeviceMode): boolean =>
  mode === Mode.receiveContinuous || mode === Mode.receiveSingle;
