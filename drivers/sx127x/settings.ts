import { symbolMs } from '../../protocol/lora/airtime.ts';
import { MAX_FRAME_BYTES, type Modulation } from '../../protocol/lora/modulation.ts';
import { bandwidthOf } from './bandwidth.ts';
import { errataRegisters, receiveOffsetHz } from './errata.ts';
import { refused } from './fault.ts';
import { frequencyWord, isLowFrequency, requireFrequency } from './frequency.ts';
import { type PaPin, powerRegisters } from './power.ts';
import { DIO, OP_MODE, REG } from './registers.ts';

/** From this symbol time on the chip wants LowDataRateOptimize (datasheet §4.1.1.6). */
const LOW_DATA_RATE_SYMBOL_MS = 16;

export interface Wiring {
  readonly paPin: PaPin;
  /** SF6 has only the implicit header, so all its frames have this length; null where unused. */
  readonly implicitLengthBytes: number | null;
}

/** What a modulation is in registers. */
export interface Settings {
  readonly modulation: Modulation;
  /** Values by address, of a chip that listens. */
  readonly image: ReadonlyMap<number, number>;
  readonly receiveFrf: readonly [number, number, number];
  readonly transmitFrf: readonly [number, number, number];
  /** Upper bits of RegOpMode; the mode goes below. */
  readonly modem: number;
  readonly isLowFrequency: boolean;
  /** Exact, which the modulation's need not be. */
  readonly bandwidthHz: number;
  /** The only length it sends and receives, or null where the header tells. */
  readonly implicitLengthBytes: number | null;
}

/** Throws `RADIO_MODULATION` for what the chip cannot do. */
export const settingsFor = (modulation: Modulation, wiring: Wiring): Settings => {
  const { frequencyHz, spreadingFactor, bandwidthHz, preambleSymbols, syncWord } = modulation;
  requireFrequency(frequencyHz);
  requireSymbols(modulation);
  const bandwidth = bandwidthOf(bandwidthHz, frequencyHz);
  const power = powerRegisters(modulation.powerDbm, wiring.paPin);
  const isSf6 = spreadingFactor === 6;
  const implicitLengthBytes = isSf6 ? requireImplicit(wiring) : null;
  const lowDataRate = symbolMs(modulation) >= LOW_DATA_RATE_SYMBOL_MS ? 0x08 : 0;
  const isLow = isLowFrequency(frequencyHz);
  const receiveFrf = frequencyWord(frequencyHz + receiveOffsetHz(bandwidth));

  const image = new Map<number, number>([
    [REG.frfMsb, receiveFrf[0]],
    [REG.frfMid, receiveFrf[1]],
    [REG.frfLsb, receiveFrf[2]],
    [REG.paConfig, power.paConfig],
    [REG.ocp, power.ocp],
    // Full gain to begin with, then AGC; 150 % LNA current, which the HF port alone has.
    [REG.lna, isLow ? 0x20 : 0x23],
    // One frame may fill the FIFO: both directions use all of it.
    [REG.fifoTxBaseAddr, 0],
    [REG.fifoRxBaseAddr, 0],
    [REG.irqFlagsMask, 0],
    [
      REG.modemConfig1,
      (bandwidth.code << 4) | ((modulation.codingRateDenominator - 4) << 1) | (isSf6 ? 1 : 0),
    ],
    // With payload CRC.
    [REG.modemConfig2, (spreadingFactor << 4) | 0x04],
    [REG.symbTimeoutLsb, 0x64],
    [REG.preambleMsb, preambleSymbols >> 8],
    [REG.preambleLsb, preambleSymbols & 0xff],
    [REG.payloadLength, implicitLengthBytes ?? 1],
    [REG.maxPayloadLength, MAX_FRAME_BYTES],
    [REG.hopPeriod, 0],
    // With automatic gain control.
    [REG.modemConfig3, lowDataRate | 0x04],
    [REG.ppmCorrection, 0],
    [REG.invertIq, 0x27],
    [REG.syncWord, syncWord],
    [REG.invertIq2, 0x1d],
    [REG.dioMapping1, DIO.rxDone],
    [REG.paDac, power.paDac],
    ...errataRegisters(bandwidth, frequencyHz, isSf6),
  ]);

  return {
    modulation,
    image,
    receiveFrf,
    transmitFrf: frequencyWord(frequencyHz),
    modem: OP_MODE.lora | (isLow ? OP_MODE.lowFrequency : 0),
    isLowFrequency: isLow,
    bandwidthHz: bandwidth.hz,
    implicitLengthBytes,
  };
};

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

const requireSymbols = (modulation: Modulation): void => {
  const { spreadingFactor, codingRateDenominator, preambleSymbols, syncWord } = modulation;
  if (!isWithin(spreadingFactor, 6, 12)) {
    throw refused(`The SX1276 has no SF${spreadingFactor}: set a spreading factor of 6 to 12.`);
  }
  if (!isWithin(codingRateDenominator, 5, 8)) {
    throw refused(`There is no coding rate 4/${codingRateDenominator}: set 5, 6, 7 or 8.`);
  }
  if (!isWithin(preambleSymbols, 6, 0xffff)) {
    throw refused(
      `A receiver needs more than a preamble of ${preambleSymbols}: set 6 to 65535 symbols, the same on every node.`,
    );
  }
  if (!isWithin(syncWord, 0, 0xff)) {
    throw refused(`A sync word is one byte, not ${syncWord}: set 0x12 for a network of your own.`);
  }
};

const requireImplicit = ({ implicitLengthBytes }: Wiring): number => {
  if (implicitLengthBytes !== null && isWithin(implicitLengthBytes, 1, MAX_FRAME_BYTES)) {
    return implicitLengthBytes;
  }
  throw refused(
    'SF6 has no header that tells a length: open the radio with implicitLengthBytes, the one length (1 to 255) of all frames, the same on every node, or take SF7.',
  );
};
