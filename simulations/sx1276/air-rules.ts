import { symbolMs } from '../../protocol/lora/airtime.ts';
import type { LoraSettings } from './lora-settings.ts';
import type { Amplifier, PaPin } from './power-amplifier.ts';
import type { RegisterFile } from './register-file.ts';
import { Reg } from './registers.ts';
import type { ViolationName } from './violations.ts';

/** What is wrong, and what of it no other chip understands or is heard worse for. */
export interface AirCheck {
  readonly violations: readonly ViolationName[];
  /** The PLL does not lock or the modem does not start: nothing comes of the mode. */
  readonly isDead: boolean;
  /** The modem speaks a dialect that peers do not. */
  readonly isUnintelligible: boolean;
  readonly sensitivityLossDb: number;
}

type Finding = readonly [wrong: boolean, name: ViolationName, effect?: 'dead' | 'dialect' | number];

/** Low-data-rate optimisation is mandatory from here on (datasheet §4.1.1.6). */
const LOW_DATA_RATE_SYMBOL_MS = 16;
const LEAST_PREAMBLE_SYMBOLS = 6;
const BANDS_HZ = [
  [137e6, 175e6],
  [410e6, 525e6],
  [862e6, 1020e6],
] as const;
/** What the registers of erratum 2.1 gain, and a detector set for another SF loses. *est.* */
const ERRATUM_2_1_DB = 3;
const DETECTION_DB = 10;

/** What holds for everything on the air: transmitting, receiving, detecting activity. */
const common = (settings: LoraSettings): Finding[] => {
  const { modulation, implicitHeader, payloadCrc, lowDataRateOptimize } = settings;
  const { spreadingFactor, frequencyHz, preambleSymbols } = modulation;
  const mandated = symbolMs(modulation) >= LOW_DATA_RATE_SYMBOL_MS;
  const isInBand = BANDS_HZ.some(([from, to]) => frequencyHz >= from && frequencyHz <= to);
  const isSf6 = spreadingFactor === 6;
  return [
    [settings.isReserved, 'reserved-modulation', 'dead'],
    [!isInBand, 'frequency-outside-bands', 'dead'],
    [isSf6 && !implicitHeader, 'sf6-explicit-header', 'dead'],
    [!isSf6 && implicitHeader, 'implicit-header', 'dialect'],
    [!payloadCrc, 'no-payload-crc', 'dialect'],
    [lowDataRateOptimize !== mandated, 'low-data-rate-optimize', 'dialect'],
    [preambleSymbols < LEAST_PREAMBLE_SYMBOLS, 'preamble-too-short', 'dialect'],
  ];
};

const hasDetection = (spreadingFactor: number, registers: RegisterFile): boolean => {
  const optimize = registers.lora(Reg.detectOptimize) & 0b111;
  const threshold = registers.lora(Reg.detectionThreshold);
  return spreadingFactor === 6
    ? optimize === 0x05 && threshold === 0x0c
    : optimize === 0x03 && threshold === 0x0a;
};

const hasErratum21 = (
  bandwidthHz: number,
  isHighBand: boolean,
  registers: RegisterFile,
): boolean => {
  const first = registers.lora(Reg.highBwOptimize1);
  if (bandwidthHz !== 500_000) return first === 0x03;
  return first === 0x02 && registers.lora(Reg.highBwOptimize2) === (isHighBand ? 0x64 : 0x7f);
};

/** The automatic IF is left on at 500 kHz; below, it is off and the IF set by hand. */
const hasErratum23 = (bandwidthHz: number, registers: RegisterFile): boolean => {
  const isAutomatic = (registers.lora(Reg.detectOptimize) & 0x80) !== 0;
  if (bandwidthHz === 500_000) return isAutomatic;
  const ifFreq1 = bandwidthHz < 10_000 ? 0x48 : bandwidthHz < 62_500 ? 0x44 : 0x40;
  return (
    !isAutomatic && registers.lora(Reg.ifFreq1) === ifFreq1 && registers.lora(Reg.ifFreq2) === 0
  );
};

const check = (findings: readonly Finding[]): AirCheck => {
  const found = findings.filter(([wrong]) => wrong);
  const losses = found.map(([, , effect]) => (typeof effect === 'number' ? effect : 0));
  return {
    violations: found.map(([, name]) => name),
    isDead: found.some(([, , effect]) => effect === 'dead'),
    isUnintelligible: found.some(([, , effect]) => effect === 'dialect'),
    sensitivityLossDb: losses.reduce((sum, loss) => sum + loss, 0),
  };
};

export const checkTransmit = (
  settings: LoraSettings,
  amplifier: Amplifier,
  wired: PaPin,
): AirCheck =>
  check([
    ...common(settings),
    [settings.payloadLength === 0, 'payload-length-zero', 'dead'],
    [amplifier.pin !== wired, 'pa-pin-not-wired'],
    [amplifier.isDacWrong, 'pa-dac'],
    [amplifier.isStarved, 'over-current-limit'],
  ]);

/** Channel activity detection is a reception too. */
export const checkReceive = (
  settings: LoraSettings,
  registers: RegisterFile,
  isCalibrated: boolean,
): AirCheck => {
  const { isHighBand } = settings;
  const { spreadingFactor, bandwidthHz } = settings.modulation;
  return check([
    ...common(settings),
    [!hasDetection(spreadingFactor, registers), 'detection-settings', DETECTION_DB],
    [!hasErratum21(bandwidthHz, isHighBand, registers), 'erratum-2.1', ERRATUM_2_1_DB],
    [!hasErratum23(bandwidthHz, registers), 'erratum-2.3'],
    [!isCalibrated, 'band-uncalibrated'],
  ]);
};
