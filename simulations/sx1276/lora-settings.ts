import { symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { RegisterFile } from './register-file.ts';
import { Reg } from './registers.ts';

/** RegModemConfig1 Bw, Hz; what follows the last is reserved (datasheet §6.4). */
const BANDWIDTHS_HZ = [
  7812.5, 10_416.67, 15_625, 20_833.33, 31_250, 41_666.67, 62_500, 125_000, 250_000, 500_000,
];
const CRYSTAL_HZ = 32_000_000;
const FREQUENCY_STEP_HZ = CRYSTAL_HZ / 2 ** 19;
const BAND_HF_ABOVE_HZ = 779_000_000;

/** What the LoRa registers say, in the units of the field. */
export interface LoraSettings {
  readonly modulation: Modulation;
  /** A spreading factor, bandwidth or coding rate the chip has none for. */
  readonly isReserved: boolean;
  /** Of the high-frequency port, above 779 MHz. */
  readonly isHighBand: boolean;
  readonly implicitHeader: boolean;
  readonly payloadCrc: boolean;
  readonly lowDataRateOptimize: boolean;
  readonly payloadLength: number;
  readonly maxPayloadLength: number;
  /** How long RXSINGLE waits for a preamble. */
  readonly symbolTimeoutMs: number;
}

export const frequencyOf = ({ carrier }: RegisterFile): number => carrier * FREQUENCY_STEP_HZ;

export const isHighBand = (frequencyHz: number): boolean => frequencyHz > BAND_HF_ABOVE_HZ;

export const loraSettings = (registers: RegisterFile, powerDbm: number): LoraSettings => {
  const [config1, config2] = [registers.lora(Reg.modemConfig1), registers.lora(Reg.modemConfig2)];
  const bandwidthHz = BANDWIDTHS_HZ[config1 >> 4];
  const codingRate = (config1 >> 1) & 0b111;
  const spreadingFactor = config2 >> 4;
  const modulation = {
    frequencyHz: frequencyOf(registers),
    spreadingFactor,
    bandwidthHz: bandwidthHz ?? 125_000,
    codingRateDenominator: 4 + codingRate,
    preambleSymbols: (registers.lora(Reg.preambleMsb) << 8) | registers.lora(Reg.preambleLsb),
    syncWord: registers.lora(Reg.syncWord),
    powerDbm,
  };
  const isReserved =
    bandwidthHz === undefined ||
    codingRate < 1 ||
    codingRate > 4 ||
    spreadingFactor < 6 ||
    spreadingFactor > 12;
  const symbolTimeout = ((config2 & 0b11) << 8) | registers.lora(Reg.symbTimeoutLsb);
  return {
    modulation,
    isReserved,
    isHighBand: isHighBand(modulation.frequencyHz),
    implicitHeader: (config1 & 1) !== 0,
    payloadCrc: (config2 & 0b100) !== 0,
    lowDataRateOptimize: (registers.lora(Reg.modemConfig3) & 0b1000) !== 0,
    payloadLength: registers.lora(Reg.payloadLength),
    maxPayloadLength: registers.lora(Reg.maxPayloadLength),
    symbolTimeoutMs: symbolTimeout * symbolMs(modulation),
  };
};

/**
 * Below 62.5 kHz the intermediate frequency that erratum 2.3 asks for lies off by a bandwidth, and
 * the carrier is to be set that much higher while receiving.
 */
export const heardModulation = (modulation: Modulation, registers: RegisterFile): Modulation => {
  const { frequencyHz, bandwidthHz } = modulation;
  const isShifted = bandwidthHz < 62_500 && registers.lora(Reg.ifFreq1) !== 0x40;
  return isShifted ? { ...modulation, frequencyHz: frequencyHz - bandwidthHz } : modulation;
};

/** What takes up the channel like this modulation, and nobody who uses it understands. */
export const dialect = (modulation: Modulation): Modulation => ({
  ...modulation,
  syncWord: modulation.syncWord ^ 0xff,
});
